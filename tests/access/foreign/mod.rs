//! Every route that names a row, asked by somebody to whom the row does not belong: refused, or
//! answered as missing, and not a word of it. The same question by whoever may ask is the control,
//! or a name that exists nowhere would prove the same.

mod place;
mod rows;

use std::collections::BTreeSet;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, header};
use harness::on_both;
use herdbook::access::{Role, Scope};
use herdbook::db::payments::{self, PaymentId, held};
use herdbook::db::{AsOf, contracts, customers, documents, invoices, readings, webhooks};
use herdbook::usecases;
use herdbook::usecases::webhooks::Wanted;
use herdbook::web::routes::table;
use serde_json::Value;
use tower::ServiceExt;

use place::{Asking, Place, TEXTS};
use rows::{By, Row, rows};

struct Answer {
    status: u16,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    /// What it says of the owner.
    fn of_the_owner(&self) -> Vec<&'static str> {
        let lines = format!("{:?}\n{}", self.headers, self.text);
        let said = TEXTS.iter().filter(|text| lines.contains(*text));
        said.copied().collect()
    }
}

impl Place {
    fn path(&self, path: &str, with: &[&str]) -> String {
        let mut with = with.iter();
        let parts = path.split('/').map(|part| match part.starts_with('{') {
            true => self.known[with.next().expect(path)].as_str(),
            false => part,
        });
        let path = parts.collect::<Vec<_>>().join("/");
        assert_eq!(with.next(), None, "{path}");
        path
    }

    async fn ask(&self, who: &Asking, (method, path): (&Method, &str), form: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        request = request.header(header::ACCEPT_LANGUAGE, "en");
        let mut body = form.to_owned();
        if path.starts_with("/api/") {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", who.token));
            // One question may be put twice: it is then answered as the first time.
            request = request.header("idempotency-key", path.replace('/', "-"));
            let kind = match *method == Method::PATCH {
                true => "application/merge-patch+json",
                false => "application/json",
            };
            request = request.header(header::CONTENT_TYPE, kind);
        } else {
            request = request.header(header::COOKIE, format!("herdbook={}", who.session));
            let kind = "application/x-www-form-urlencoded";
            request = request.header(header::CONTENT_TYPE, kind);
            body = format!("csrf={}&{form}", who.proof);
        }
        if *method == Method::GET {
            body.clear();
        }
        if *method == Method::PATCH {
            request = request.header(header::IF_MATCH, self.known["etag"].as_str());
        }
        let request = request.body(Body::from(body)).expect("a request");
        let answer = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("an answer");
        let (parts, body) = answer.into_parts();
        let body = to_bytes(body, 1 << 24).await.expect("a body");
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            text: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    async fn asked(&self, row: &Row, who: &Asking) -> Answer {
        let path = self.path(row.path, &row.with);
        let mut form = row.form.to_owned();
        for (name, value) in &self.known {
            form = form.replace(&format!("@{name}"), value);
        }
        self.ask(who, (&row.method, &path), &form).await
    }
}

#[test]
fn every_route_with_a_parameter_is_asked_by_a_foreigner() {
    let routes = table().into_iter().filter(|route| route.path.contains('{'));
    let routes = routes.map(|route| format!("{} {}", route.method, route.path));
    let routes: BTreeSet<String> = routes.collect();
    let asked: Vec<String> = rows().iter().map(Row::route).collect();
    let once: BTreeSet<String> = asked.iter().cloned().collect();
    assert_eq!(once.len(), asked.len(), "a route is asked twice");
    let forgotten: Vec<_> = routes.difference(&once).collect();
    let gone: Vec<_> = once.difference(&routes).collect();
    assert!(
        forgotten.is_empty(),
        "give a row in tests/access/foreign/rows.rs: {forgotten:#?}"
    );
    assert!(gone.is_empty(), "there is no such route: {gone:#?}");
}

on_both! {
    async fn what_belongs_to_another_is_refused_or_missing(db: &Db) {
        let place = Place::new(db).await;
        let (mut wrong, mut shown) = (Vec::new(), BTreeSet::new());
        for row in rows() {
            let who = match row.by {
                By::Oneself => &place.colleague,
                By::Owner | By::Staff(_) | By::Anybody => &place.foreigner,
            };
            let answer = place.asked(&row, who).await;
            let refused = match row.by {
                By::Anybody => answer.status == row.answer,
                _ => [403, 404].contains(&answer.status),
            };
            let said = answer.of_the_owner();
            if !refused || !said.is_empty() {
                wrong.push(format!("{}: {} {said:?}", row.route(), answer.status));
            }
        }
        assert!(wrong.is_empty(), "a foreigner: {wrong:#?}");
        for row in rows() {
            let Some(who) = place.asking(row.by) else { continue };
            let answer = place.asked(&row, who).await;
            shown.extend(answer.of_the_owner());
            if answer.status != row.answer {
                wrong.push(format!("{}: {}", row.route(), answer.status));
            }
        }
        assert!(wrong.is_empty(), "whoever may ask: {wrong:#?}");
        assert_eq!(shown, TEXTS.iter().copied().collect(), "the owner is shown all of it");
    }
}

on_both! {
    async fn a_finder_finds_nothing_of_another(db: &Db) {
        let place = Place::new(db).await;
        let (on, at) = (db.reader(), AsOf::now(place.it.app.clock.business()));
        let person = async |who: &Asking| {
            place.it.principal_of(&who.session).await.expect("signed in")
        };
        let by = person(place.asking(By::Owner).expect("somebody")).await;
        let foreigner = person(&place.foreigner).await;
        let finance = person(place.asking(By::Staff(Role::Finance)).expect("somebody")).await;
        let number = place.known["invoice"].clone();
        let own = by.own().expect("a customer");
        let found = invoices::by_number(&on, own, &number).await.expect("read");
        let (id, payment) = (found[0].id, place.known["payment"].parse().expect("a number"));
        let wanted = Wanted::Address("https://alerts.example/hook".to_owned());
        usecases::webhooks::change(&place.it.app, &finance, "10004", &wanted).await.expect("set");
        // How much each finder gives to whom.
        let counts = async |scope: Scope| {
            let customer = customers::as_of::<Value>(&on, scope, "10004", at.day, at.known_at);
            let states = customers::history::<Value>(&on, scope, "10004", at.known_at);
            let contract = contracts::as_of::<Value>(&on, scope, "C-10004", at.day, at.known_at);
            let readings = readings::of_contract(&on, scope, "C-10004", at.known_at);
            let files = documents::of_invoice(&on, scope, id);
            let paid = payments::of_invoice(&on, scope, id);
            let one = payments::get(&on, scope, PaymentId(payment));
            let hooks = webhooks::of(&on, scope, "10004");
            [
                ("customers::as_of", customer.await.expect("read").iter().count()),
                ("customers::history", states.await.expect("read").len()),
                ("contracts::as_of", contract.await.expect("read").iter().count()),
                ("readings::of_contract", readings.await.expect("read").len()),
                ("documents::of_invoice", files.await.expect("read").len()),
                ("payments::of_invoice", paid.await.expect("read").len()),
                ("payments::get", one.await.iter().count()),
                ("held", held::held(&on, scope).await.expect("read").len()),
                ("under_way", held::under_way(&on, scope).await.expect("read").len()),
                ("webhooks::of", hooks.await.expect("read").iter().count()),
            ]
        };
        for (finder, count) in counts(own).await {
            assert!(count > 0, "{finder} finds what is the owner's");
        }
        for (finder, count) in counts(foreigner.own().expect("a customer")).await {
            assert_eq!(count, 0, "{finder}");
        }
        assert_eq!(finance.own(), None, "whoever is of staff is no customer");
    }
}
