//! The page of one customer: as it is today, what it lacks, its contracts and invoices, and the
//! states it was and will be in.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::super::access::account::moment;
use super::super::answer::{Failed, html};
use super::super::countries;
use super::super::frame::Place;
use super::super::guard::Who;
use super::super::parts::Frame;
use super::super::payments::Standings;
use super::super::router::{Reader, Shared};
use super::super::words::{Argument, Words};
use super::changes::differences;
use super::contracts::{Row as ContractRow, rows};
use super::invoiced::{Invoices, invoices};
use super::list::kind;
use super::tax::{Evidence, Treatment, evidence, lacks, treatments};
use super::{day, encoded, href, text};
use crate::access::Permission;
use crate::billing::party::{Customer, Identifier, Language};
use crate::book::BEGINNING;
use crate::db::Version;
use crate::usecases::customers::{CustomerSheet, one};
use crate::web::format;

/// Pieces of evidence that are shown at once; earlier ones can be opened.
const EVIDENCE: usize = 4;

type Fact = (String, String);

/// The contracts of a customer, and where all of them are.
struct Contracts {
    rows: Vec<ContractRow>,
    all: String,
    all_href: String,
}

/// A state of the customer.
struct Stage {
    from: String,
    instant: String,
    what: String,
    known: String,
    now: bool,
    /// The form that corrects it; empty for those who may not.
    correct: String,
}

#[derive(Template)]
#[template(path = "customers/customer.html")]
struct Page {
    frame: Frame,
    words: Words,
    number: String,
    /// The form that changes it; empty for those who may not.
    edit: String,
    webhook: String,
    sub: String,
    state: &'static str,
    state_text: String,
    lacks: Vec<String>,
    contracts: Option<Contracts>,
    invoices: Option<Invoices>,
    treatments: Vec<Treatment>,
    evidence: Vec<Evidence>,
    earlier: Vec<Evidence>,
    earlier_text: String,
    stages: Vec<Stage>,
    address: Vec<String>,
    contact: Vec<Fact>,
    routing: Vec<Fact>,
    documents: Vec<Fact>,
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// `GET /customers/{number}`.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(number): Path<String>,
) -> Result<Response, Failed> {
    let found = one(&shared.app, &who.principal, &number).await;
    let Some(sheet) = found.map_err(|error| Failed::of(words, error))? else {
        return Err(Failed::missing(words));
    };
    let customer = &sheet.customer;
    let invoiced = sheet.invoiced.as_ref();
    let newest = invoiced.map_or(&[][..], |found| &found.newest);
    let stands = Standings::load(&shared, words, &who.principal, newest).await?;
    let shown = invoiced
        .map(|found| invoices((words, &stands), found, &number))
        .transpose();
    let lacks = lacks(words, &sheet);
    let mut evidence = evidence(words, customer, sheet.today);
    let earlier = evidence.split_off(evidence.len().min(EVIDENCE));
    let left = [("count", Argument::Count(earlier.len() as u64))];
    let (state, state_text) = state(words, &sheet, lacks.len());
    let edits = who.principal.may(Permission::EditCustomers);
    let edit = edits.then(|| format!("{}/edit", href("/customers", &number)));
    let edit = edit.unwrap_or_default();
    html(
        words,
        &Page {
            frame: shared
                .frame(words, &who, Place::Customers, customer.legal_name.clone())
                .with_trail(words, &who, &format!("customer/{number}")),
            sub: sub(words, customer),
            state,
            state_text,
            contracts: contracts(words, &sheet, &number),
            invoices: shown.map_err(|error| Failed::of(words, error))?,
            treatments: treatments(words, &sheet),
            earlier_text: words.with("customer-evidence-earlier", &left),
            earlier,
            evidence,
            stages: stages(words, &sheet, &edit),
            webhook: format!("{}/webhook", href("/customers", &number)),
            edit,
            address: address(words, customer),
            contact: contact(words, customer),
            routing: routing(words, customer),
            documents: documents(words, customer),
            lacks,
            number,
            words,
        },
    )
}

fn sub(words: Words, customer: &Customer) -> String {
    let number = customer.number.to_string();
    let kind = kind(words, customer.kind);
    let country = countries::name(words, &customer.address.country);
    let arguments = [
        ("number", Argument::Text(&number)),
        ("kind", Argument::Text(&kind)),
        ("country", Argument::Text(&country)),
    ];
    words.with("customer-sub", &arguments)
}

fn state(words: Words, sheet: &CustomerSheet, lacks: usize) -> (&'static str, String) {
    if lacks > 0 {
        let count = [("count", Argument::Count(lacks as u64))];
        return ("blocked", words.with("customer-lacking", &count));
    }
    match &sheet.contracts {
        Some(contracts) if contracts.count > 0 => ("good", words.say("customer-ready")),
        _ => ("", String::new()),
    }
}

fn contracts(words: Words, sheet: &CustomerSheet, number: &str) -> Option<Contracts> {
    let listed = sheet.contracts.as_ref()?;
    let count = [("count", Argument::Count(listed.count))];
    Some(Contracts {
        rows: rows(words, listed, sheet.today),
        all: words.with("customer-contracts-all", &count),
        all_href: format!("/contracts?q={}", encoded(number)),
    })
}

/// The states, the newest first; each with what it changed.
fn stages(words: Words, sheet: &CustomerSheet, edit: &str) -> Vec<Stage> {
    let before = std::iter::once(None).chain(sheet.states.iter().map(Some));
    let holds = |state: &Version<Customer>| state.valid_from <= sheet.today;
    let now = sheet.states.iter().rev().find(|state| holds(state));
    let now = now.or(sheet.states.first()).map(|state| state.valid_from);
    let stage = |(before, state): (Option<&Version<Customer>>, &Version<Customer>)| {
        let what = match before {
            None => words.say("customer-state-first"),
            Some(before) => {
                let changed = differences(words, &before.body, &state.body).join(", ");
                words.with("customer-state-changed", &text("what", &changed))
            }
        };
        let known = moment(words, state.recorded_at);
        Stage {
            from: match state.valid_from {
                BEGINNING => words.say("customer-state-always"),
                from => day(words, from),
            },
            instant: state.valid_from.to_string(),
            known: words.with("customer-state-known", &text("moment", &known)),
            now: now == Some(state.valid_from),
            correct: match edit {
                "" => String::new(),
                edit => format!("{edit}?from={}", state.valid_from),
            },
            what,
        }
    };
    let mut stages: Vec<Stage> = before.zip(&sheet.states).map(stage).collect();
    stages.reverse();
    stages
}

fn address(words: Words, customer: &Customer) -> Vec<String> {
    let address = &customer.address;
    let city = format!("{} {}", address.post_code, address.city);
    let place = match &address.region {
        Some(region) => format!("{city}, {region}"),
        None => city,
    };
    let mut lines = vec![customer.legal_name.clone()];
    lines.extend(customer.departments.iter().cloned());
    lines.push(address.street.clone());
    lines.extend(address.extra.clone());
    lines.push(place);
    lines.push(countries::name(words, &address.country));
    lines
}

fn contact(words: Words, customer: &Customer) -> Vec<Fact> {
    let Some(contact) = &customer.contact else {
        return Vec::new();
    };
    let mut facts = vec![(words.say("customer-contact-name"), contact.name.clone())];
    let phone = contact.phone.clone();
    facts.extend(phone.map(|phone| (words.say("customer-phone"), phone)));
    let email = contact.email.clone();
    facts.extend(email.map(|email| (words.say("customer-email"), email)));
    facts
}

/// Where documents go, and what the receiver sorts them by.
fn routing(words: Words, customer: &Customer) -> Vec<Fact> {
    let routing = &customer.routing;
    let endpoint = |Identifier { scheme, id }: &Identifier| format!("{scheme}:{id}");
    let siret = routing.siret.as_deref().map(format::digits_of_siret);
    let all = [
        (words.say("customer-leitweg"), routing.leitweg_id.clone()),
        (words.say("customer-siret"), siret),
        (
            words.say("customer-service-code"),
            routing.service_code.clone(),
        ),
        (
            words.say("customer-endpoint"),
            routing.endpoint.as_ref().map(endpoint),
        ),
        (words.say("customer-notices"), routing.email.clone()),
        (words.say("customer-vat-id"), customer.vat_id.clone()),
    ];
    let mut facts = vec![(
        words.say("customer-format"),
        routing.format.title().to_owned(),
    )];
    facts.extend(
        all.into_iter()
            .filter_map(|(label, text)| Some((label, text?))),
    );
    facts
}

fn documents(words: Words, customer: &Customer) -> Vec<Fact> {
    let language = match customer.language {
        Language::De => words.say("customer-language-de"),
        Language::En => words.say("customer-language-en"),
        Language::Fr => words.say("customer-language-fr"),
    };
    let original = match customer.routing.format.is_hybrid() {
        true => words.say("original-hybrid"),
        false => words.say("original-xml"),
    };
    let order = match customer.purchase_order_required {
        true => words.say("customer-order-needed"),
        false => words.say("customer-order-free"),
    };
    vec![
        (words.say("customer-language"), language),
        (
            words.say("customer-currency"),
            customer.currency.to_string(),
        ),
        (words.say("customer-order"), order),
        (words.say("fact-original"), original),
    ]
}
