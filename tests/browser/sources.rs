//! A source of telemetry, and something of it that waits for a decision.

use chrono::{NaiveDate, TimeDelta};
use reqwest::Method;

use crate::http::{Ask, Http};
use crate::visitor::Visitor;

/// A source whose names are as long as they may be on a page.
const NAME: &str = "messrechner-universitaetsbibliothek";
const INSTANCE: &str = "mastodon.universitaetsbibliothek.example.org";
const METRIC: &str = "mastodon.universitaetsbibliothek.zwischenspeicher.belegung.bytes";

/// Makes a source as somebody of the staff, lets it send what no meter takes, and comes back with
/// the pages of what was kept aside and of the source.
pub fn kept_aside(by: &Visitor, site: &str) -> (String, String) {
    let mut by = Visitor::of(site, by.cookies.clone());
    let form = by.get("/sources/new");
    // The page offers the day in a year.
    let end: NaiveDate = form
        .between("name=\"expires\" value=\"", "\"")
        .parse()
        .expect("a day");
    let (day, yesterday) = (end.to_string(), end - TimeDelta::days(366));
    let fields = [
        ("name", NAME),
        ("instances", INSTANCE),
        ("door", "upload"),
        ("expires", day.as_str()),
    ];
    let made = by.send(&form, "/sources/new", &fields);
    let credential = made.between("<code>hbs_", "<");
    let (_, host) = site.split_once("://").expect("an address");
    let lines = format!("metric,time,value\n{METRIC},{yesterday}T12:00:00Z,1\n");
    let reply = Http::following().send(Ask {
        method: Method::POST,
        url: &format!("http://collector:hbs_{credential}@{host}/api/v1/usage/upload"),
        cookies: "",
        body: Some(("text/csv", lines)),
    });
    let status = reply.expect("an answer").status;
    assert_eq!(status, 200, "it is taken");
    let source = format!("/sources/{NAME}");
    let page = by.get(&source);
    let row = page.between("/sources/aside/", "\"");
    (format!("/sources/aside/{row}"), source)
}
