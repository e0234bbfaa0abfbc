//! An invoice as its pages show it: what stands on the document, in the reader's language and with
//! the signs of pages.

use super::answer::Failed;
use super::format;
use super::words::Words;
use crate::billing::invoice::Invoice;
use crate::documents::view::{InvoiceView, ViewContext, invoice_view};
use crate::error::Problem;

/// The page speaks the reader's language, the document keeps that of its receiver.
pub(super) fn paper(words: Words, view: &Invoice, number: &str) -> Result<InvoiceView, Failed> {
    let read = Invoice {
        language: words.0,
        ..view.clone()
    };
    let context = ViewContext {
        number: Some(number),
        ..ViewContext::default()
    };
    let shown = invoice_view(&read, &context)
        .map_err(|error| Failed::of(words, Problem::of(error.code(), &error)))?;
    Ok(of_a_page(shown, view))
}

/// Currencies by their codes, ranges of days on one line, and no note about what "this file" is:
/// a page is none, and names the original among its facts. Names and sums stay as they are: they
/// are found again by their text.
fn of_a_page(mut shown: InvoiceView, view: &Invoice) -> InvoiceView {
    let code = view.currency.code();
    let written = |text: &mut String| *text = format::joined(&text.replace('€', code));
    code.clone_into(&mut shown.currency);
    written(&mut shown.due.label);
    // The last note is always the one about the original.
    shown.notes.pop();
    shown
        .notes
        .iter_mut()
        .for_each(|note| written(&mut note.text));
    let details = shown.lines.iter_mut().flat_map(|line| &mut line.detail);
    details.for_each(written);
    written(&mut shown.payment.amount);
    shown.payment.sentence.iter_mut().for_each(written);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::billing::party::Language;
    use crate::documents::samples;

    #[test]
    fn a_page_writes_codes_of_currencies_and_is_no_file() {
        for language in [Language::De, Language::En, Language::Fr] {
            let view = samples::invoice("fr").unwrap();
            let context = ViewContext::default();
            let document = invoice_view(
                &Invoice {
                    language,
                    ..view.clone()
                },
                &context,
            )
            .unwrap();
            let last = document.notes.last().unwrap().clone();
            assert!(last.text.contains("16931"), "{}", last.text);
            let page = of_a_page(document, &view);
            assert!(!page.notes.contains(&last), "{language:?}");
            assert_eq!(page.currency, "EUR");
            let texts = page.notes.iter().map(|note| &note.text);
            let texts = texts.chain([&page.due.label, &page.payment.amount]);
            for text in texts {
                assert!(!text.contains('€'), "{text}");
            }
        }
    }
}
