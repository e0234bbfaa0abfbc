//! The matrix of documents that the official rules judge.

use herdbook::billing::invoice::{DocumentType, Invoice, PaymentMeans};
use herdbook::billing::party::Identifier;
use herdbook::billing::tax::TaxCategory;
use herdbook::documents::einvoice::Profile;

use crate::fixtures::{
    PROFILES, correcting, credit, discounted, invoice, line, money, tax, with_notes,
};

/// A document of the matrix and what it shows.
pub struct Case {
    /// File stem: profile and feature.
    pub name: String,
    /// Profile it is written in.
    pub profile: Profile,
    /// The document.
    pub invoice: Invoice,
}

/// Text that breaks careless writers: markup, quotes, non-Latin letters, an astral character.
const ODD: &str = "Größe & Fluß <b>\"fett\"</b> 'quoted' €5 \
    Ελληνικά Кириллица 日本 🐘 ]]>";

/// Every case of every profile.
pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for profile in PROFILES {
        let mut add = |feature: &str, invoice: Invoice| {
            let name = format!("{profile:?}-{feature}").to_lowercase();
            cases.push(Case {
                name,
                profile,
                invoice,
            });
        };
        tax_cases(profile, &mut add);
        feature_cases(profile, &mut add);
        type_cases(profile, &mut add);
        payment_cases(profile, &mut add);
    }
    cases
}

fn simple(profile: Profile) -> Invoice {
    let s19 = tax(TaxCategory::S, "19");
    invoice(
        profile,
        vec![line(1, "Mastodon server, tier Large", "3", "3200", &s19)],
        Vec::new(),
    )
}

fn tax_cases(profile: Profile, add: &mut impl FnMut(&str, Invoice)) {
    add("s19", simple(profile));
    let (s19, s21) = (tax(TaxCategory::S, "19"), tax(TaxCategory::S, "21.5"));
    let two = vec![
        line(1, "Moderation", "1", "1450.005", &s19),
        line(2, "Hosting", "1.333333333", "390.33", &s21),
    ];
    add(
        "s-two-rates",
        invoice(profile, two, vec![credit("10.01", &s21)]),
    );
    for (feature, category) in [
        ("ae", TaxCategory::AE),
        ("e151", TaxCategory::E),
        ("o", TaxCategory::O),
    ] {
        let treatment = tax(category, "0");
        let lines = vec![
            line(1, "Mastodon server", "1", "690", &treatment),
            line(2, "Moderation", "0.5", "1450", &treatment),
        ];
        let mut document = invoice(profile, lines, vec![credit("69.00", &treatment)]);
        if category == TaxCategory::AE && document.customer.vat_id.is_none() {
            document.customer.vat_id = Some("FR44732829320".to_owned());
        }
        add(feature, document);
    }
}

fn feature_cases(profile: Profile, add: &mut impl FnMut(&str, Invoice)) {
    let s19 = tax(TaxCategory::S, "19");
    let allowance = vec![credit("327.41", &s19)];
    add(
        "allowance",
        invoice(
            profile,
            vec![line(1, "Server", "1", "3200", &s19)],
            allowance,
        ),
    );
    let discount = vec![discounted(line(1, "Server", "3", "33.33", &s19), "12.5")];
    add("line-discount", invoice(profile, discount, Vec::new()));
    let upgrade = vec![
        line(1, "Server Small, returned", "-0.366666667", "390", &s19),
        line(2, "Server Medium", "0.366666667", "690", &s19),
        line(3, "Nothing used", "0", "0.12", &s19),
    ];
    add("negative-line", invoice(profile, upgrade, Vec::new()));
    let many = (1..=150).map(|n| line(n, &format!("Server {n}"), "1.017", "0.123456789012", &s19));
    add("many-lines", invoice(profile, many.collect(), Vec::new()));
    let mut odd = invoice(profile, vec![line(1, ODD, "1", "1.00", &s19)], Vec::new());
    odd.customer.legal_name = ODD.repeat(5);
    odd.customer.departments = vec![ODD.to_owned()];
    odd.seller.legal_name = format!("Sôciété d’Ëxemple {ODD}");
    if let Some(first) = odd.lines.first_mut() {
        first.name = ODD.repeat(8);
        first.details = vec![ODD.repeat(4), String::new(), "second line".to_owned()];
    }
    add("odd-names", odd);
    add("notes", with_notes(simple(profile)));
    let mut prepaid = simple(profile);
    prepaid.totals.prepaid = money("1000.01");
    prepaid.totals.payable = prepaid
        .totals
        .gross
        .minus(money("1000.01"))
        .expect("in range");
    add("prepaid", prepaid);
}

fn type_cases(profile: Profile, add: &mut impl FnMut(&str, Invoice)) {
    add(
        "credit-note",
        correcting(simple(profile), DocumentType::CreditNote),
    );
    let s19 = tax(TaxCategory::S, "19");
    let back = vec![discounted(
        line(1, "Server, returned", "0.5", "3200", &s19),
        "10",
    )];
    let back = invoice(profile, back, vec![credit("5.00", &s19)]);
    add(
        "credit-note-full",
        correcting(with_notes(back), DocumentType::CreditNote),
    );
    let mut corrected = correcting(simple(profile), DocumentType::CorrectedInvoice);
    if profile == Profile::PeppolBis3 {
        // Peppol takes type 384 between German parties only (PEPPOL-EN16931-P0112).
        corrected.customer.address.country = "DE".to_owned();
        corrected.customer.vat_id = None;
        corrected.references.buyer_reference = Some("01-MASTODONTEST-37".to_owned());
        corrected.customer.routing.endpoint = Some(Identifier {
            scheme: "0204".to_owned(),
            id: "01-MASTODONTEST-37".to_owned(),
        });
    }
    add("corrected", corrected);
}

fn payment_cases(profile: Profile, add: &mut impl FnMut(&str, Invoice)) {
    let mut card = simple(profile);
    card.payment.means = PaymentMeans::Card;
    card.payment.due_date = card.issue_date;
    add("card", card.clone());
    add("card-credit", correcting(card, DocumentType::CreditNote));
    let mut abroad = simple(profile);
    abroad.payment.means = PaymentMeans::CreditTransfer;
    add("transfer-abroad", abroad);
}
