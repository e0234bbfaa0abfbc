//! A seller is changed: the form, what it would change, and what somebody else changed meanwhile.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use serde::Deserialize;

use super::super::access::{encoded, go};
use super::super::answer::{Failed, html};
use super::super::countries;
use super::super::customers::faults::told;
use super::super::edit_page::{EditPage, LookPage};
use super::super::fields::{self, Difference, Field, Group, Kind, Values, Wrong, filled, summary};
use super::super::form::{Fields, Form, token};
use super::super::frame::Place;
use super::super::guard::Who;
use super::super::query::Query;
use super::super::router::{Reader, Shared};
use super::super::words::{Argument, Words};
use super::seller::refused;
use super::seller_values::{CHARTS, REGIMES, seller_of, values_of};
use crate::billing::party::{Seller, SellerRegime};
use crate::usecases::access::authenticate::SignedIn;
use crate::usecases::edit_seller::{
    Edit, EditError, SellerSheet, as_it_was, moves_money, one, preview, save,
};
use crate::web::format;

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct Asked {
    /// The day whose state is corrected.
    from: String,
}

/// The fields.
pub(super) fn form(words: Words) -> Vec<Group> {
    let mark = words.say("mark-optional");
    vec![
        Group::new("who", words.say("customer-who"), who(words, &mark)),
        Group::new(
            "address",
            words.say("customer-address"),
            address(words, &mark),
        ),
        Group::new("tax", words.say("sellers-tax"), tax(words, &mark)),
        Group::new("bank", words.say("sellers-bank"), bank(words))
            .text(words.say("sellers-bank-text")),
        Group::new(
            "contact",
            words.say("customer-contact"),
            contact(words, &mark),
        ),
        Group::new(
            "validity",
            words.say("customer-validity"),
            vec![
                Field::new("valid_from", words.say("customer-valid-from"))
                    .of(Kind::Date)
                    .hint(words.say("sellers-valid-from-hint"))
                    .short(),
            ],
        ),
    ]
}

fn who(words: Words, mark: &str) -> Vec<Field> {
    vec![
        Field::new("legal_name", words.say("customer-legal-name")),
        Field::new("register", words.say("sellers-register"))
            .hint(words.say("sellers-register-hint")),
        Field::new("register_number", words.say("sellers-register-number")),
        Field::new("directors", words.say("sellers-directors"))
            .of(Kind::Area)
            .hint(words.say("sellers-directors-hint"))
            .optional(mark),
        Field::new("website", words.say("sellers-website")),
    ]
}

fn address(words: Words, mark: &str) -> Vec<Field> {
    vec![
        Field::new("address.street", words.say("customer-street")),
        Field::new("address.extra", words.say("customer-extra")).optional(mark),
        Field::new("address.post_code", words.say("customer-post-code")).short(),
        Field::new("address.city", words.say("customer-city")),
        Field::new("address.region", words.say("customer-region")).optional(mark),
        Field::new("address.country", words.say("customer-country")).of(countries::choice(words)),
    ]
}

fn tax(words: Words, mark: &str) -> Vec<Field> {
    let regime = |of: SellerRegime| match of {
        SellerRegime::Standard => words.say("sellers-regime-standard"),
        SellerRegime::SmallBusiness => words.say("sellers-regime-small"),
    };
    let regimes = REGIMES.map(|(code, of)| (code.to_owned(), regime(of)));
    let charts = CHARTS.map(|(code, _)| (code.to_owned(), code.to_owned()));
    vec![
        Field::new("regime", words.say("sellers-regime")).of(Kind::Choice(regimes.to_vec())),
        Field::new("vat_id", words.say("customer-vat-id"))
            .hint(words.say("customer-vat-id-hint"))
            .optional(mark)
            .short(),
        Field::new("tax_number", words.say("sellers-tax-number"))
            .optional(mark)
            .short(),
        Field::new("oss", words.say("sellers-oss"))
            .of(Kind::Tick)
            .hint(words.say("sellers-oss-hint")),
        Field::new("chart", words.say("sellers-chart"))
            .of(Kind::Choice(charts.to_vec()))
            .short(),
    ]
}

fn bank(words: Words) -> Vec<Field> {
    vec![
        Field::new("bank.holder", words.say("sellers-holder"))
            .hint(words.say("sellers-holder-hint")),
        Field::new("bank.iban", words.say("sellers-iban")).of(Kind::Fours),
        Field::new("bank.bic", words.say("sellers-bic")).short(),
        Field::new("bank.bank", words.say("sellers-bank-name")),
    ]
}

fn contact(words: Words, mark: &str) -> Vec<Field> {
    vec![
        Field::new("contact.name", words.say("customer-contact-name"))
            .hint(words.say("customer-contact-hint")),
        Field::new("contact.phone", words.say("customer-phone"))
            .optional(mark)
            .short(),
        Field::new("contact.email", words.say("customer-email"))
            .of(Kind::Email)
            .optional(mark),
        Field::new("endpoint.scheme", words.say("customer-scheme"))
            .hint(words.say("customer-scheme-hint"))
            .short(),
        Field::new("endpoint.id", words.say("customer-endpoint")),
    ]
}

/// What two states say differently, in the words of the form.
pub(super) fn differences(
    words: Words,
    before: Option<&Seller>,
    after: &Seller,
) -> Vec<Difference> {
    let values = |seller: &Seller| values_of(seller, None);
    let before = before.map(values).unwrap_or_default();
    let yes_no = (words.say("customer-yes"), words.say("customer-no"));
    fields::differences(
        &form(words),
        (&before, &values(after)),
        (&yes_no.0, &yes_no.1),
    )
}

/// A form as it is shown.
struct Shown {
    values: Values,
    wrong: Wrong,
    /// Whether the state the form was made from is known, and what was changed since.
    meanwhile: Option<(bool, Vec<Difference>)>,
    status: StatusCode,
}

/// `GET /settings/seller/{code}/edit`.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failed> {
    let from: Option<NaiveDate> = asked.from.parse().ok();
    let sheet = one(&shared.app, &who.principal, &code, from).await;
    let sheet = sheet.map_err(|error| refused(words, error))?;
    let shown = Shown {
        values: values_of(&sheet.seller, Some(from.unwrap_or(sheet.today))),
        wrong: Wrong::new(),
        meanwhile: None,
        status: StatusCode::OK,
    };
    page(&shared, words, &who, (&sheet, shown))
}

fn page(
    shared: &Shared,
    words: Words,
    who: &SignedIn,
    (sheet, shown): (&SellerSheet, Shown),
) -> Result<Response, Failed> {
    let groups = filled(form(words), &shown.values, &shown.wrong);
    let (yes, no) = (words.say("customer-yes"), words.say("customer-no"));
    let meanwhile = shown.meanwhile.map(|(known, changes)| {
        let told = (known, (yes.as_str(), no.as_str()));
        (known, fields::beside(changes, &groups, told))
    });
    let back = address_of(&sheet.seller);
    let page = EditPage {
        frame: shared.frame(words, who, Place::Sellers, words.say("sellers-edit")),
        csrf: token(shared, who),
        crumbs: crumbs(words, &sheet.seller),
        sub: sheet.seller.legal_name.clone(),
        path: format!("{back}/edit"),
        back,
        made_from: sheet.edition.to_string(),
        wrong: summary(words, &groups, &shown.wrong),
        meanwhile,
        groups,
        words,
    };
    let mut response = html(words, &page)?;
    *response.status_mut() = shown.status;
    Ok(response)
}

fn address_of(seller: &Seller) -> String {
    format!("/settings/seller/{}", encoded(&seller.code))
}

fn crumbs(words: Words, seller: &Seller) -> Vec<(String, String)> {
    vec![
        (words.say("sellers-title"), "/settings/seller".to_owned()),
        (seller.code.clone(), address_of(seller)),
    ]
}

/// `POST /settings/seller/{code}/edit`: the form is shown again, previewed or saved.
pub(in super::super) async fn change(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(code): Path<String>,
    Form(fields): Form,
) -> Result<Response, Failed> {
    let day: Option<NaiveDate> = fields.one("valid_from").trim().parse().ok();
    let sheet = one(&shared.app, &who.principal, &code, day).await;
    let sheet = sheet.map_err(|error| refused(words, error))?;
    let values: Values = fields.sent().collect();
    let (seller, unread) = seller_of(words, &values, &sheet.seller);
    let made_from = fields.one("made_from").parse().unwrap_or_default();
    let edit = Edit { seller, made_from };
    let mut shown = Shown {
        values,
        wrong: unread,
        meanwhile: None,
        status: StatusCode::UNPROCESSABLE_ENTITY,
    };
    if fields.one("step") == "edit" {
        shown.wrong.clear();
        shown.status = StatusCode::OK;
        return page(&shared, words, &who, (&sheet, shown));
    }
    let saves = fields.one("step") == "save" && shown.wrong.is_empty();
    let result = match saves {
        true => save(&shared.app, &who.principal, &edit).await.map(|_| None),
        false => preview(&shared.app, &who.principal, &edit).await.map(Some),
    };
    match result {
        Ok(None) => return Ok(go(&address_of(&edit.seller), [])),
        Ok(Some(found)) if shown.wrong.is_empty() => {
            let page = look(&shared, words, &who, (&edit, &found, &fields));
            return html(words, &page);
        }
        Ok(Some(_)) => {}
        Err(EditError::Wrong(wrong)) => shown.wrong.extend(told(words, &wrong)),
        Err(EditError::Stale) => {
            let asked = (edit.made_from, edit.seller.valid_from);
            let before = as_it_was(&shared.app, &who.principal, &code, asked).await;
            let before = before.map_err(|error| refused(words, error))?;
            let changes = differences(words, before.as_ref(), &sheet.seller);
            shown.meanwhile = Some((before.is_some(), changes));
            shown.status = StatusCode::CONFLICT;
        }
        Err(error) => return Err(refused(words, error)),
    }
    page(&shared, words, &who, (&sheet, shown))
}

fn look(
    shared: &Shared,
    words: Words,
    who: &SignedIn,
    (edit, found, fields): (&Edit, &SellerSheet, &Fields),
) -> LookPage {
    let day = format::date(edit.seller.valid_from, words.0);
    let from = [("day", Argument::Text(&day))];
    let changes = differences(words, Some(&found.seller), &edit.seller);
    let moves = moves_money(&edit.seller, &found.seller);
    let later = found.states.iter().map(|state| state.valid_from);
    let later = later.filter(|day| *day > edit.seller.valid_from).min();
    let later = later.map(|day| {
        let day = format::date(day, words.0);
        words.with("customer-edit-until", &[("day", Argument::Text(&day))])
    });
    let four_eyes = moves.then(|| words.say("sellers-four-eyes"));
    let kept = fields
        .sent()
        .filter(|(name, _)| name != "csrf" && name != "step");
    LookPage {
        frame: shared.frame(words, who, Place::Sellers, words.say("customer-look-title")),
        csrf: token(shared, who),
        crumbs: crumbs(words, &edit.seller),
        sub: words.with("customer-look-text", &from),
        new: false,
        path: format!("{}/edit", address_of(&edit.seller)),
        warnings: later.into_iter().chain(four_eyes).collect(),
        save: match (changes.is_empty(), moves) {
            (true, _) => String::new(),
            (false, true) => words.say("sellers-propose"),
            (false, false) => words.with("customer-edit-save", &from),
        },
        changes,
        effect: None,
        kept: kept.collect(),
        words,
    }
}
