//! From the frozen invoice to its view.

use super::{
    AttachmentView, Fact, InvoiceView, LineView, ViewError, WhyView, basis, notes, parties,
    payment, totals, wording,
};
use crate::billing::invoice::{DocumentType, Invoice, Line, TaxSubtotal};
use crate::billing::party::Language;
use crate::billing::tax::TaxCategory;
use crate::billing::{Money, Percent};
use crate::documents::code::Code;
use crate::documents::format;

/// What the frozen invoice does not hold.
#[derive(Debug, Clone, Copy, Default)]
pub struct ViewContext<'a> {
    /// Number of the document; none shows a draft, which cannot be paid.
    pub number: Option<&'a str>,
    /// SHA-256 of the frozen invoice, hexadecimal: the footer shows its ends.
    pub sha256: Option<&'a str>,
    /// Code of the derivation page, see [`derivation_code`]; none leaves it out.
    pub why: Option<&'a str>,
}

/// Crockford's base 32: no letter that is taken for a figure.
const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Code of a document's derivation page: 40 bits of its hash in Crockford's base 32, as
/// `7F3K-Q2M8`. None for anything but a SHA-256 in hexadecimal.
#[must_use]
pub fn derivation_code(sha256: &str) -> Option<String> {
    if sha256.len() != 64 {
        return None;
    }
    let bits = u64::from_str_radix(sha256.get(..10)?, 16).ok()?;
    let mut code = String::with_capacity(9);
    for place in 0..8 {
        if place == 4 {
            code.push('-');
        }
        let sign = (bits >> (35 - 5 * place)) & 31;
        code.push(char::from(CROCKFORD[usize::try_from(sign).ok()?]));
    }
    Some(code)
}

/// The first ten hexadecimal digits of the hash that a code stands for: [`derivation_code`] the
/// other way. Reads what people write: small letters, no hyphen, O for 0, I and L for 1.
#[must_use]
pub fn derivation_prefix(code: &str) -> Option<String> {
    let mut bits = 0_u64;
    let mut signs = 0_u32;
    for sign in code.chars().filter(|sign| *sign != '-') {
        let sign = match sign.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        let value = CROCKFORD.iter().position(|own| char::from(*own) == sign)?;
        bits = (bits << 5) | u64::try_from(value).ok()?;
        signs = signs.saturating_add(1);
        if signs > 8 {
            return None;
        }
    }
    (signs == 8).then(|| format!("{bits:010x}"))
}

/// Puts a frozen invoice into words and figures of its language.
///
/// # Errors
/// [`ViewError`]: no lines, an amount out of range, a payee, IBAN or number that no code can carry.
pub fn invoice_view(
    invoice: &Invoice,
    context: &ViewContext<'_>,
) -> Result<InvoiceView, ViewError> {
    let language = invoice.language;
    if invoice.lines.is_empty() {
        return Err(ViewError::NoLines);
    }
    let title = wording::title(invoice, context.number);
    let span = format::span_in_words(invoice.service_period, language);
    let hybrid = invoice.customer.routing.format.is_hybrid();
    Ok(InvoiceView {
        language: language_code(language).to_owned(),
        region: parties::region(invoice),
        window: parties::window(invoice).to_owned(),
        date: invoice.issue_date.format("%Y-%m-%d").to_string(),
        number: context
            .number
            .unwrap_or(wording::draft(language))
            .to_owned(),
        fingerprint: context.sha256.map(format::short_hash),
        description: wording::description(invoice, &span),
        title,
        address: parties::address(invoice),
        information: information(invoice),
        seller: parties::seller(invoice),
        currency: format::currency_head(invoice.currency, language).to_owned(),
        opening: wording::opening(invoice, &span),
        lines: lines(invoice)?,
        notes: notes::notes(invoice),
        sums: totals::sums(invoice)?,
        due: totals::due(invoice),
        payment: payment::payment(invoice, context.number)?,
        why: context
            .why
            .map(|code| why(&invoice.seller.website, code))
            .transpose()?,
        attachment: hybrid.then(|| AttachmentView {
            description: wording::attachment(language).to_owned(),
        }),
    })
}

const fn language_code(language: Language) -> &'static str {
    match language {
        Language::De => "de",
        Language::En => "en",
        Language::Fr => "fr",
    }
}

/// The information block in the order a file clerk looks for it.
fn information(invoice: &Invoice) -> Vec<Fact> {
    let language = invoice.language;
    let labels = wording::labels(language);
    let references = &invoice.references;
    let routing = &invoice.customer.routing;
    let mut facts = Vec::new();
    let mut add = |label: &str, value: Option<String>| {
        if let Some(value) = value {
            facts.push(Fact {
                label: label.to_owned(),
                value: vec![value],
            });
        }
    };
    add(
        labels.date,
        Some(format::date(invoice.issue_date, language)),
    );
    add(
        labels.period,
        Some(format::short_period(invoice.service_period, language)),
    );
    add(labels.customer, Some(invoice.customer.number.to_string()));
    let contract = references
        .contract
        .clone()
        .unwrap_or_else(|| invoice.contract.clone());
    // A French engagement often is all the reference there is; it is not said twice.
    let engagement =
        routing.siret.is_some() && references.purchase_order.as_ref() == Some(&contract);
    add(labels.contract, (!engagement).then_some(contract));
    add(
        labels.purchase_order(invoice),
        references.purchase_order.clone(),
    );
    add(labels.project, references.project.clone());
    add(labels.tender, references.tender.clone());
    add(labels.cost_centre, references.cost_centre.clone());
    if let Some(leitweg_id) = &routing.leitweg_id {
        add("Leitweg-ID", Some(leitweg_id.clone()));
    } else if let Some(code) = &routing.service_code {
        add(labels.service_code, Some(code.clone()));
    } else {
        add(labels.buyer_reference, references.buyer_reference.clone());
    }
    add(
        "SIRET",
        routing.siret.as_deref().map(format::digits_of_siret),
    );
    let out_of_scope = invoice
        .tax
        .iter()
        .any(|group| group.category == TaxCategory::O);
    add(
        labels.buyer_vat,
        invoice.customer.vat_id.clone().filter(|_| !out_of_scope),
    );
    add(
        labels.corrects,
        invoice
            .preceding
            .as_ref()
            .map(|document| document.number.clone()),
    );
    if invoice.document_type != DocumentType::CreditNote {
        add(labels.terms, Some(wording::terms(invoice)));
    }
    facts.push(parties::contact(invoice, labels.contact));
    facts
}

/// Up to this many lines each says its period, also when it is that of all.
const PERIODS_REPEATED: usize = 10;

fn lines(invoice: &Invoice) -> Result<Vec<LineView>, ViewError> {
    let mut run = Money::zero(invoice.currency);
    let mut views: Vec<LineView> = Vec::with_capacity(invoice.lines.len());
    let mut before: Option<&Line> = None;
    // What holds for the whole of a long table stands above it, in the information block.
    let all_alike = invoice
        .lines
        .iter()
        .all(|line| line.key.service == invoice.service_period);
    let periods = !all_alike || invoice.lines.len() <= PERIODS_REPEATED;
    for line in &invoice.lines {
        run = run.plus(line.net)?;
        // The tiers of one reading stand together: where and when is said once, above the first.
        let same_reading = before.is_some_and(|before| {
            let (a, b) = (&before.key, &line.key);
            before.details == line.details
                && (&a.item, a.service, &a.cause) == (&b.item, b.service, &b.cause)
        });
        views.push(line_view(
            line,
            (same_reading, periods),
            run,
            invoice.language,
        )?);
        before = Some(line);
    }
    Ok(views)
}

fn line_view(
    line: &Line,
    (same_reading, periods): (bool, bool),
    run: Money,
    language: Language,
) -> Result<LineView, ViewError> {
    let mut detail = Vec::new();
    if !same_reading {
        detail.extend(line.details.iter().cloned());
    }
    detail.extend(basis::details(line, language));
    for allowance in &line.allowances {
        let amount = format::amount(allowance.amount.negated()?, language);
        detail.push(format!("{}: {amount}", allowance.reason));
    }
    if !same_reading && periods {
        detail.push(format::period(line.key.service, language));
    }
    Ok(LineView {
        no: line.position.to_string(),
        name: line.name.clone(),
        detail,
        quantity: basis::quantity(line, language),
        price: format::unit_price(line.price, line.net.currency(), language),
        vat: vat_cell(line.tax.category, line.tax.rate, language),
        net: format::amount(line.net, language),
        run: format::amount(run, language),
    })
}

/// `19 %`, `0 % AE`; category O has no rate (BR-O-05) and shows its letter alone.
fn vat_cell(category: TaxCategory, rate: Option<Percent>, language: Language) -> String {
    match (category, rate) {
        (TaxCategory::S, Some(rate)) => format::percent(rate, language),
        (_, Some(rate)) => {
            format!(
                "{}{}{}",
                format::percent(rate, language),
                format::NBSP,
                category.code()
            )
        }
        (_, None) => category.code().to_owned(),
    }
}

/// How a group of the breakdown is called beside its rate.
pub(super) fn rate_text(group: &TaxSubtotal, language: Language) -> String {
    group.rate.map_or_else(
        || format::NOTHING.to_owned(),
        |rate| format::percent(rate, language),
    )
}

fn why(website: &str, code: &str) -> Result<WhyView, ViewError> {
    let host = parties::host(website);
    let address = format!("{host}/why/{code}");
    Ok(WhyView {
        code: Code::address(&format!("https://{address}"))?,
        lines: vec![format!("{host}/"), format::unbroken(&format!("why/{code}"))],
        address,
    })
}
