//! The fixed words of an invoice in its three languages. Words finance may choose stand in
//! `brand.toml`; what stands here has legal weight or agrees with figures, so it is part of the
//! engine.

use crate::billing::invoice::{DocumentType, Invoice, PaymentMeans, TaxSubtotal};
use crate::billing::party::{InvoiceFormat, Language};
use crate::billing::tax::TaxCategory;
use crate::documents::format::{self, NBSP, unbroken};

use Language::{De, En, Fr};

/// Labels of the information block.
pub(super) struct Labels {
    pub date: &'static str,
    pub period: &'static str,
    pub customer: &'static str,
    pub contract: &'static str,
    order: &'static str,
    pub project: &'static str,
    pub tender: &'static str,
    pub cost_centre: &'static str,
    pub service_code: &'static str,
    pub buyer_reference: &'static str,
    pub buyer_vat: &'static str,
    pub corrects: &'static str,
    pub terms: &'static str,
    pub contact: &'static str,
}

impl Labels {
    /// A French public body calls its order number an engagement.
    pub(super) fn purchase_order(&self, invoice: &Invoice) -> &'static str {
        let public = invoice.customer.routing.siret.is_some();
        if invoice.language == Fr && public {
            "Engagement"
        } else {
            self.order
        }
    }
}

pub(super) const fn labels(language: Language) -> Labels {
    match language {
        De => Labels {
            date: "Datum",
            period: "Leistungszeitraum",
            customer: "Kunde",
            contract: "Vertrag",
            order: "Bestellung",
            project: "Projekt",
            tender: "Vergabe",
            cost_centre: "Kostenstelle",
            service_code: "Code service",
            buyer_reference: "Ihr Zeichen",
            buyer_vat: "Ihre USt-IdNr.",
            corrects: "Korrigiert",
            terms: "Zahlungsziel",
            contact: "Kontakt",
        },
        En => Labels {
            date: "Date",
            period: "Service period",
            customer: "Customer",
            contract: "Contract",
            order: "Purchase order",
            project: "Project",
            tender: "Tender or lot",
            cost_centre: "Cost centre",
            service_code: "Service code",
            buyer_reference: "Your reference",
            buyer_vat: "Your VAT id",
            corrects: "Corrects",
            terms: "Payment terms",
            contact: "Contact",
        },
        Fr => Labels {
            date: "Date",
            period: "Période",
            customer: "Client",
            contract: "Contrat",
            order: "Commande",
            project: "Projet",
            tender: "Marché",
            cost_centre: "Centre de coûts",
            service_code: "Code service",
            buyer_reference: "Votre référence",
            buyer_vat: "TVA du preneur",
            corrects: "Rectifie",
            terms: "Règlement",
            contact: "Contact",
        },
    }
}

/// What stands for the number of a draft.
pub(super) const fn draft(language: Language) -> &'static str {
    match language {
        De => "Entwurf",
        En => "Draft",
        Fr => "Projet",
    }
}

/// The kind of document. A credit note is never called "Gutschrift" in German: § 14 (2) UStG keeps
/// that word for self-billing.
const fn kind(document_type: DocumentType, language: Language) -> &'static str {
    match (document_type, language) {
        (DocumentType::Invoice, De) => "Rechnung",
        (DocumentType::Invoice, En) => "Invoice",
        (DocumentType::Invoice, Fr) => "Facture",
        (DocumentType::CreditNote, De) => "Rechnungskorrektur",
        (DocumentType::CreditNote, En) => "Credit note",
        (DocumentType::CreditNote, Fr) => "Avoir",
        (DocumentType::CorrectedInvoice, De) => "Berichtigte Rechnung",
        (DocumentType::CorrectedInvoice, En) => "Corrected invoice",
        (DocumentType::CorrectedInvoice, Fr) => "Facture rectificative",
    }
}

/// `Rechnung RE-2026-00031`, or the kind with the word for a draft.
pub(super) fn title(invoice: &Invoice, number: Option<&str>) -> String {
    let kind = kind(invoice.document_type, invoice.language);
    match number {
        Some(number) => format!("{kind} {number}"),
        None => format!("{kind} ({})", draft(invoice.language)),
    }
}

/// One sentence for file listings and readers' metadata.
pub(super) fn description(invoice: &Invoice, span: &str) -> String {
    let kind = kind(invoice.document_type, invoice.language);
    let name = &invoice.customer.legal_name;
    match invoice.language {
        De => format!("{kind} für {name}, {span}"),
        En => format!("{kind} for {name}, {span}"),
        Fr => format!("{kind} à l’attention de {name}, {span}"),
    }
}

/// The first sentence: what is billed, or what is corrected.
pub(super) fn opening(invoice: &Invoice, span: &str) -> String {
    let language = invoice.language;
    if let Some(document) = &invoice.preceding {
        let (number, day) = (
            unbroken(&document.number),
            format::date(document.issue_date, language),
        );
        return match language {
            De => format!("Wir korrigieren unsere Rechnung {number} vom {day} wie folgt."),
            En => format!("We correct our invoice {number} of {day} as follows."),
            Fr => format!("Nous rectifions notre facture {number} du {day} comme suit."),
        };
    }
    let less = !invoice.allowances.is_empty();
    match (language, less) {
        (De, false) => format!("Wir berechnen unsere Leistungen, {span}."),
        (De, true) => {
            format!("Wir berechnen unsere Leistungen, {span}, abzüglich der Minderung unten.")
        }
        (En, false) => format!("We bill our services, {span}."),
        (En, true) => format!("We bill our services, {span}, less the service credit below."),
        (Fr, false) => format!("Nous facturons nos prestations, {span}."),
        (Fr, true) => {
            format!(
                "Nous facturons nos prestations, {span}, déduction faite de l’avoir ci-dessous."
            )
        }
    }
}

/// Days and means of payment.
pub(super) fn terms(invoice: &Invoice) -> String {
    let days = invoice.payment.days;
    let card = invoice.payment.means == PaymentMeans::Card;
    match (invoice.language, card) {
        (De, false) => format!("{days}{NBSP}Tage, Überweisung"),
        (En, false) => format!("{days}{NBSP}days, credit transfer"),
        (Fr, false) => format!("{days}{NBSP}jours, virement"),
        (De, true) => "Kartenzahlung".to_owned(),
        (En, true) => "Card payment".to_owned(),
        (Fr, true) => "Paiement par carte".to_owned(),
    }
}

/// Labels of sums that depend on nothing.
pub(super) struct Sums {
    pub lines: &'static str,
    pub gross: &'static str,
    pub prepaid: &'static str,
}

pub(super) const fn sums(language: Language) -> Sums {
    match language {
        De => Sums {
            lines: "Summe netto",
            gross: "Summe brutto",
            prepaid: "Bereits gezahlt",
        },
        En => Sums {
            lines: "Lines, net",
            gross: "Total with VAT",
            prepaid: "Already paid",
        },
        Fr => Sums {
            lines: "Total des lignes, net",
            gross: "Total TTC",
            prepaid: "Déjà payé",
        },
    }
}

/// Taxable amount of one category (BT-116).
pub(super) fn taxable(group: &TaxSubtotal, language: Language) -> String {
    let category = group.category.code();
    match (language, group.category, group.rate) {
        (De, TaxCategory::S, Some(rate)) => {
            format!("Steuerpflichtig zu {}", format::percent(rate, language))
        }
        (En, TaxCategory::S, Some(rate)) => {
            format!("Taxable at {}", format::percent(rate, language))
        }
        (Fr, TaxCategory::S, Some(rate)) => {
            format!("Base imposable à {}", format::percent(rate, language))
        }
        (De, ..) => format!("Netto, Kategorie{NBSP}{category}"),
        (En, ..) => format!("Net, category{NBSP}{category}"),
        (Fr, ..) => format!("Net, catégorie{NBSP}{category}"),
    }
}

/// Tax of one category (BT-117).
pub(super) fn tax(category: TaxCategory, rate: &str, language: Language) -> String {
    match (language, category) {
        (De, TaxCategory::S) => format!("Umsatzsteuer {rate}"),
        (En, TaxCategory::S) => format!("VAT {rate}"),
        (Fr, TaxCategory::S) => format!("TVA {rate}"),
        (De, TaxCategory::AE) => "Umsatzsteuer, Steuerschuld bei Ihnen".to_owned(),
        (En, TaxCategory::AE) => "VAT, reverse charge".to_owned(),
        (Fr, TaxCategory::AE) => "TVA, autoliquidation".to_owned(),
        (De, TaxCategory::E) => format!("Umsatzsteuer {rate}, befreit"),
        (En, TaxCategory::E) => format!("VAT {rate}, exempt"),
        (Fr, TaxCategory::E) => format!("TVA {rate}, exonérée"),
        (De, TaxCategory::O) => "Umsatzsteuer, nicht steuerbar".to_owned(),
        (En, TaxCategory::O) => "VAT, outside the scope".to_owned(),
        (Fr, TaxCategory::O) => "TVA, hors champ".to_owned(),
    }
}

/// Label of the amount due (BT-115).
pub(super) const fn due(invoice: &Invoice) -> &'static str {
    match (invoice.document_type, invoice.language) {
        (DocumentType::CreditNote, De) => "Korrekturbetrag",
        (DocumentType::CreditNote, En) => "Amount credited",
        (DocumentType::CreditNote, Fr) => "Net à créditer",
        (_, De) => "Rechnungsbetrag",
        (_, En) => "Amount due",
        (_, Fr) => "Net à payer",
    }
}

/// Stands in place of the code when nothing is due or the amount goes to the customer.
pub(super) fn nothing_to_pay(invoice: &Invoice) -> String {
    let credit = invoice.document_type == DocumentType::CreditNote;
    match (invoice.language, credit) {
        (De, false) => "Es ist nichts zu zahlen.",
        (En, false) => "Nothing is to be paid.",
        (Fr, false) => "Aucun règlement n’est dû.",
        (De, true) => "Wir verrechnen diesen Betrag oder zahlen ihn aus.",
        (En, true) => "We set this amount off or pay it back.",
        (Fr, true) => "Ce montant sera imputé ou remboursé.",
    }
    .to_owned()
}

/// Stands in place of the code when a card is charged.
pub(super) fn charged_by_card(invoice: &Invoice) -> String {
    let language = invoice.language;
    let day = format::date(invoice.payment.due_date, language);
    match language {
        De => format!("Wird am {day} von der hinterlegten Karte abgebucht."),
        En => format!("Will be charged to the card on file on {day}."),
        Fr => format!("Sera débité de la carte enregistrée le {day}."),
    }
}

/// Stands in place of the code while the document has no number.
pub(super) const fn not_issued(language: Language) -> &'static str {
    match language {
        De => "Entwurf: noch nicht ausgestellt, nicht zahlbar.",
        En => "Draft: not issued, not payable.",
        Fr => "Projet : non émis, non payable.",
    }
}

/// What the code for a banking app says, in words.
pub(super) fn epc_alt(language: Language, amount: &str, payee: &str, reference: &str) -> String {
    let reference = format::fours(reference);
    match language {
        De => format!("SEPA-Überweisung {amount} an {payee}, Verwendungszweck {reference}"),
        En => format!("SEPA credit transfer of {amount} to {payee}, reference {reference}"),
        Fr => format!("virement SEPA de {amount} à {payee}, référence {reference}"),
    }
}

/// Head and sentence of the note that names the legal original.
pub(super) fn original(invoice: &Invoice) -> (&'static str, String) {
    let language = invoice.language;
    let day = format::date(invoice.issue_date, language);
    let head = match language {
        De => "Original",
        En => "Legal original",
        Fr => "Original",
    };
    let text = match (invoice.customer.routing.format, language) {
        (InvoiceFormat::XrechnungUbl, De) => {
            format!("Maßgeblich ist die XRechnung vom {day}; dieses PDF zeigt ihren Inhalt.")
        }
        (InvoiceFormat::XrechnungUbl, En) => {
            format!("The XRechnung file of {day}; this PDF shows its content.")
        }
        (InvoiceFormat::XrechnungUbl, Fr) => {
            format!("Le fichier XRechnung du {day}{NBSP}; ce PDF en montre le contenu.")
        }
        (InvoiceFormat::PeppolBis3, De) => {
            format!("Maßgeblich ist die Peppol-Rechnung vom {day}; dieses PDF zeigt ihren Inhalt.")
        }
        (InvoiceFormat::PeppolBis3, En) => {
            format!("The Peppol invoice of {day}; this PDF shows its content.")
        }
        (InvoiceFormat::PeppolBis3, Fr) => {
            format!("La facture Peppol du {day}{NBSP}; ce PDF en montre le contenu.")
        }
        (InvoiceFormat::FacturX | InvoiceFormat::PdfWithCii, De) => {
            "Dieses PDF; es enthält dieselben Angaben als Datei factur-x.xml (EN 16931).".to_owned()
        }
        (InvoiceFormat::FacturX | InvoiceFormat::PdfWithCii, En) => {
            "This PDF; it contains the same data as the file factur-x.xml (EN 16931).".to_owned()
        }
        (InvoiceFormat::FacturX | InvoiceFormat::PdfWithCii, Fr) => {
            format!("Ce PDF{NBSP}; il contient les mêmes données (factur-x.xml, EN 16931).")
        }
    };
    let text = text.replace("factur-x", &unbroken("factur-x"));
    (head, text.replace("EN 16931", &format!("EN{NBSP}16931")))
}

/// What a reader shows beside the embedded XML.
pub(super) const fn attachment(language: Language) -> &'static str {
    match language {
        De => "Rechnungsdaten nach EN 16931 (UN/CEFACT CII)",
        En => "Invoice data by EN 16931 (UN/CEFACT CII)",
        Fr => "Données de la facture selon EN 16931 (UN/CEFACT CII)",
    }
}
