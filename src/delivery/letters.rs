//! What our mails say, in three languages: a few sentences, at most one link, and whom to ask.

mod usage;

use crate::billing::party::Language;

pub use usage::{Reached, usage_alert};

/// A mail before it is a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The subject, on one line.
    pub subject: String,
    /// The language, as a tag.
    pub language: &'static str,
    /// Sentences before the link.
    pub before: Vec<String>,
    /// The link and what it is called; none where nothing is to be opened.
    pub link: Option<(String, String)>,
    /// Sentences after it.
    pub after: Vec<String>,
    /// Whom it is from.
    pub closing: Vec<String>,
}

impl Letter {
    /// As plain text, a paragraph a block.
    #[must_use]
    pub fn plain(&self) -> String {
        let link = self.link.iter().map(|(_, href)| href.clone());
        let blocks = self.before.iter().cloned().chain(link);
        let blocks = blocks.chain(self.after.iter().cloned());
        let mut text: Vec<String> = blocks.collect();
        text.push(format!("-- \n{}", self.closing.join("\n")));
        text.join("\n\n") + "\n"
    }

    /// As simple HTML: nothing is loaded, and nothing needs a style to be read.
    #[must_use]
    pub fn html(&self) -> String {
        let mut body = String::new();
        let mut add = |text: String| {
            body.push_str("<p>");
            body.push_str(&text);
            body.push_str("</p>\n");
        };
        for sentence in &self.before {
            add(escaped(sentence));
        }
        if let Some((label, href)) = &self.link {
            let (label, href) = (escaped(label), escaped(href));
            add(format!("<a href=\"{href}\"><b>{label}</b></a>"));
            add(format!("<small>{href}</small>"));
        }
        for sentence in &self.after {
            add(escaped(sentence));
        }
        let closing: Vec<String> = self.closing.iter().map(|line| escaped(line)).collect();
        add(format!("<small>{}</small>", closing.join("<br>")));
        let (language, subject) = (self.language, escaped(&self.subject));
        format!(
            "<!doctype html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\">\
             <title>{subject}</title></head>\n<body>\n{body}</body></html>\n"
        )
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

/// Who writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct House {
    /// Our name.
    pub name: String,
    /// Where readers reach us, without a slash at the end.
    pub site: String,
    /// Whom to ask: an address or a telephone number; may be empty.
    pub ask: String,
}

impl House {
    fn closing(&self) -> Vec<String> {
        let lines = [&self.name, &self.ask];
        let lines = lines.into_iter().filter(|line| !line.is_empty());
        lines.cloned().collect()
    }
}

const fn tag(language: Language) -> &'static str {
    match language {
        Language::De => "de",
        Language::En => "en-GB",
        Language::Fr => "fr",
    }
}

/// A link that signs a customer in.
#[must_use]
pub fn sign_in(language: Language, house: &House, href: &str, minutes: i64) -> Letter {
    let name = &house.name;
    let (subject, before, label, after) = match language {
        Language::De => (
            format!("Ihre Anmeldung bei {name}"),
            "Mit diesem Link melden Sie sich am Kundenportal an.".to_owned(),
            "Zur Anmeldung",
            [
                format!("Er gilt {minutes} Minuten und öffnet einmal."),
                "Sie haben keine Anmeldung verlangt? Dann brauchen Sie nichts zu tun: Ohne den \
                 Link kommt niemand hinein. Geben Sie ihn nicht weiter."
                    .to_owned(),
            ],
        ),
        Language::En => (
            format!("Your sign-in to {name}"),
            "This link signs you in to the customer portal.".to_owned(),
            "Go to the sign-in",
            [
                format!("It is good for {minutes} minutes and opens once."),
                "You did not ask for it? Then there is nothing to do: nobody gets in without the \
                 link. Do not pass it on."
                    .to_owned(),
            ],
        ),
        Language::Fr => (
            format!("Votre connexion à {name}"),
            "Ce lien vous connecte à l’espace client.".to_owned(),
            "Aller à la connexion",
            [
                format!("Il vaut {minutes} minutes et ne s’ouvre qu’une fois."),
                "Vous n’avez rien demandé ? Alors il n’y a rien à faire : sans ce lien, personne \
                 n’entre. Ne le transmettez pas."
                    .to_owned(),
            ],
        ),
    };
    Letter {
        subject,
        language: tag(language),
        before: vec![before],
        link: Some((label.to_owned(), href.to_owned())),
        after: after.into(),
        closing: house.closing(),
    }
}

/// An invitation of one of our own people, with the link under which the account begins.
#[must_use]
pub fn invitation(language: Language, house: &House, href: &str, hours: i64) -> Letter {
    let name = &house.name;
    let (subject, before, label, after) = match language {
        Language::De => (
            format!("Ihr Zugang zum Herdbook von {name}"),
            "Für Sie wurde ein Zugang angelegt. Unter diesem Link wählen Sie ein Passwort und \
             richten den zweiten Faktor ein.",
            "Zugang einrichten",
            format!("Er gilt {hours} Stunden und öffnet einmal. Geben Sie ihn nicht weiter."),
        ),
        Language::En => (
            format!("Your account in the Herdbook of {name}"),
            "An account was made for you. Under this link you choose a password and set up the \
             second factor.",
            "Set up the account",
            format!("It is good for {hours} hours and opens once. Do not pass it on."),
        ),
        Language::Fr => (
            format!("Votre compte dans le Herdbook de {name}"),
            "Un compte a été créé pour vous. Ce lien vous permet de choisir un mot de passe et le \
             second facteur.",
            "Ouvrir le compte",
            format!("Il vaut {hours} heures et ne s’ouvre qu’une fois. Ne le transmettez pas."),
        ),
    };
    Letter {
        subject,
        language: tag(language),
        before: vec![before.to_owned()],
        link: Some((label.to_owned(), href.to_owned())),
        after: vec![after],
        closing: house.closing(),
    }
}

/// Tells a customer's person that the portal is open to it.
#[must_use]
pub fn welcome(language: Language, house: &House, email: &str) -> Letter {
    let name = &house.name;
    let (subject, before, label, after) = match language {
        Language::De => (
            format!("Ihr Zugang zum Kundenportal von {name}"),
            "Sie können jetzt die Rechnungen, die Nutzung und die Kontaktdaten Ihrer Einrichtung \
             einsehen.",
            "Zum Kundenportal",
            format!(
                "Ein Passwort gibt es nicht: Sie nennen dort Ihre Adresse {email} und bekommen \
                 einen Link zur Anmeldung."
            ),
        ),
        Language::En => (
            format!("Your access to the customer portal of {name}"),
            "You can now see the invoices, the use and the contact data of your institution.",
            "Go to the customer portal",
            format!(
                "There is no password: give your address {email} there, and you get a link that \
                 signs you in."
            ),
        ),
        Language::Fr => (
            format!("Votre accès à l’espace client de {name}"),
            "Vous pouvez désormais consulter les factures, l’usage et les coordonnées de votre \
             établissement.",
            "Aller à l’espace client",
            format!(
                "Il n’y a pas de mot de passe : indiquez-y votre adresse {email} et vous recevrez \
                 un lien de connexion."
            ),
        ),
    };
    Letter {
        subject,
        language: tag(language),
        before: vec![before.to_owned()],
        link: Some((label.to_owned(), format!("{}/portal", house.site))),
        after: vec![after],
        closing: house.closing(),
    }
}

/// What a notice of a new invoice names, each as text in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Number of the document.
    pub number: String,
    /// What is to be paid, with its currency; empty for a document that gives back.
    pub amount: String,
    /// Until when.
    pub due: String,
}

/// Tells a customer that a document is there.
#[must_use]
pub fn new_invoice(language: Language, house: &House, notice: &Notice) -> Letter {
    let Notice {
        number,
        amount,
        due,
    } = notice;
    let pays = !amount.is_empty();
    let (subject, before, label, after) = match language {
        Language::De => (
            format!("Neues Dokument {number} von {}", house.name),
            match pays {
                true => format!("Die Rechnung {number} über {amount} ist da, fällig am {due}."),
                false => format!("Das Dokument {number} ist da. Sie müssen nichts zahlen."),
            },
            "Dokument ansehen",
            "Im Portal stehen PDF und XML, und zu jedem Betrag, wie er entsteht.",
        ),
        Language::En => (
            format!("New document {number} of {}", house.name),
            match pays {
                true => format!("Invoice {number} of {amount} is there, due on {due}."),
                false => format!("Document {number} is there. There is nothing to pay."),
            },
            "See the document",
            "The portal has it as PDF and XML, and says of each amount where it comes from.",
        ),
        Language::Fr => (
            format!("Nouveau document {number} de {}", house.name),
            match pays {
                true => format!(
                    "La facture {number} de {amount} est disponible, à payer avant le {due}."
                ),
                false => format!("Le document {number} est disponible. Il n’y a rien à payer."),
            },
            "Voir le document",
            "L’espace client le donne en PDF et en XML, et dit d’où vient chaque montant.",
        ),
    };
    Letter {
        subject,
        language: tag(language),
        before: vec![before],
        link: Some((
            label.to_owned(),
            format!("{}/portal/invoices/{number}", house.site),
        )),
        after: vec![after.to_owned()],
        closing: house.closing(),
    }
}

/// Tells a customer that money came in for a document.
#[must_use]
pub fn receipt(language: Language, house: &House, (number, amount): (&str, &str)) -> Letter {
    let (subject, before, label) = match language {
        Language::De => (
            format!("Ihre Zahlung zu {number} ist da"),
            format!("Für die Rechnung {number} sind {amount} eingegangen. Vielen Dank."),
            "Rechnung ansehen",
        ),
        Language::En => (
            format!("Your payment of {number} has come in"),
            format!("{amount} for invoice {number} have come in. Thank you."),
            "See the invoice",
        ),
        Language::Fr => (
            format!("Votre paiement de {number} est arrivé"),
            format!("{amount} nous sont parvenus pour la facture {number}. Merci."),
            "Voir la facture",
        ),
    };
    Letter {
        subject,
        language: tag(language),
        before: vec![before],
        link: Some((
            label.to_owned(),
            format!("{}/portal/invoices/{number}", house.site),
        )),
        after: Vec::new(),
        closing: house.closing(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn house() -> House {
        House {
            name: "Herd & <Söhne>".to_owned(),
            site: "https://billing.example.org".to_owned(),
            ask: "billing@example.org".to_owned(),
        }
    }

    #[test]
    fn text_is_text_and_the_link_stands_in_both_parts() {
        let href = "https://billing.example.org/portal/sign-in/abc?next=%2Fportal&x=1";
        for language in [Language::De, Language::En, Language::Fr] {
            let letter = sign_in(language, &house(), href, 15);
            assert!(letter.plain().contains(href), "{}", letter.plain());
            let html = letter.html();
            assert!(
                html.contains("&amp;x=1") && !html.contains("<Söhne>"),
                "{html}"
            );
            assert!(html.contains("Herd &amp; &lt;Söhne&gt;"), "{html}");
            assert!(!letter.subject.contains('\n'));
        }
    }

    #[test]
    fn a_document_that_gives_back_asks_for_nothing() {
        let notice = Notice {
            number: "RE-2026-00001".to_owned(),
            amount: String::new(),
            due: String::new(),
        };
        let letter = new_invoice(Language::En, &house(), &notice);
        assert!(
            letter.plain().contains("nothing to pay"),
            "{}",
            letter.plain()
        );
        assert!(letter.plain().contains("/portal/invoices/RE-2026-00001"));
    }
    #[test]
    fn a_receipt_says_how_much_came_in_for_what() {
        for language in [Language::De, Language::En, Language::Fr] {
            let letter = receipt(language, &house(), ("RE-2026-00001", "1,200.00 EUR"));
            let text = letter.plain();
            assert!(text.contains("1,200.00 EUR"), "{text}");
            assert!(text.contains("/portal/invoices/RE-2026-00001"), "{text}");
        }
    }
}
