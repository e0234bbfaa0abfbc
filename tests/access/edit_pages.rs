//! The forms of customers and sellers as a browser sends them: kept, refused, previewed, saved.

use axum::http::StatusCode;
use harness::on_both;
use herdbook::access::Role;
use herdbook::book;
use herdbook::usecases::import::import;
use herdbook::web::router::router;

use crate::fixture::Fixture;
use crate::matrix::site;
use crate::pages::{get, post};

const EDIT: &str = "/customers/20001/edit";
const SELLER: &str = "/settings/seller/herdbook/edit";

async fn imported(it: &Fixture) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let book = book::load(&folder.join("price_per_unit.toml")).expect("a book");
    import(&it.app, &book).await.expect("imported");
}

/// A value that a form shows in a field of one line.
fn shown(page: &str, name: &str) -> String {
    let (_, after) = page
        .split_once(&format!("name=\"{name}\""))
        .unwrap_or_default();
    let (_, after) = after.split_once("value=\"").unwrap_or_default();
    after.split('"').next().unwrap_or_default().to_owned()
}

fn sent(page: &str, name: &str) -> String {
    let mut form = format!("made_from={}&step=look", shown(page, "made_from"));
    for (field, value) in [
        ("legal_name", name),
        ("kind", "public_body_de"),
        ("language", "de"),
        ("address.street", "Markt 1"),
        ("address.post_code", "12345"),
        ("address.city", "Beispielstadt"),
        ("address.country", "de"),
        ("routing.format", "xrechnung_ubl"),
        ("routing.leitweg_id", "01-MASTODONTEST-37"),
        ("valid_from", "2026-06-01"),
    ] {
        let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
        form.push_str(&format!("&{field}={value}"));
    }
    form
}

on_both! {
    async fn a_customer_is_looked_at_and_saved_and_markup_is_text(db: &Db) {
        let it = Fixture::new(db);
        imported(&it).await;
        let router = router(it.app.clone(), site()).expect("the routes");
        let session = it.session(Role::Sales).await;
        let (_, page) = get(&router, &session, "en", EDIT).await;
        let form = sent(&page, "<script>alert(1)</script>");
        let (status, look) = post(&router, &session, EDIT, EDIT, &form).await;
        assert_eq!(status, StatusCode::OK);
        assert!(look.contains("&#60;script&#62;alert(1)"), "{look}");
        assert!(!look.contains("<script>alert"));
        let (_, page) = get(&router, &session, "en", "/customers/20001").await;
        assert!(!page.contains("alert(1)"), "nothing is saved yet");
        let save = form.replace("step=look", "step=save");
        for _ in 0..2 {
            let (status, text) = post(&router, &session, EDIT, EDIT, &save).await;
            assert_eq!(status, StatusCode::SEE_OTHER, "{text}");
        }
        let (_, page) = get(&router, &session, "en", EDIT).await;
        assert!(page.contains("&#60;script&#62;alert(1)") && !page.contains("<script>alert"));
    }
}

on_both! {
    async fn what_is_refused_keeps_what_was_typed_and_names_each_field(db: &Db) {
        let it = Fixture::new(db);
        imported(&it).await;
        let router = router(it.app.clone(), site()).expect("the routes");
        let session = it.session(Role::Finance).await;
        let (_, page) = get(&router, &session, "en", EDIT).await;
        let form = sent(&page, "Typed name")
            .replace("TEST-37", "TEST-36")
            .replace("country=de", "country=Germany")
            .replace("2026-06-01", "soon");
        let (status, text) = post(&router, &session, EDIT, EDIT, &form).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(shown(&text, "legal_name"), "Typed name");
        for field in ["routing.leitweg_id", "address.country", "valid_from"] {
            assert!(text.contains(&format!("<a href=\"#{field}\">")), "{field}: {text}");
            assert!(text.contains(&format!("id=\"{field}-error\"")), "{field}");
        }
        let back = sent(&page, "Typed name").replace("step=look", "step=edit");
        let (status, text) = post(&router, &session, EDIT, EDIT, &back).await;
        assert_eq!((status, shown(&text, "legal_name").as_str()), (StatusCode::OK, "Typed name"));
    }
}

on_both! {
    async fn a_stale_form_shows_what_changed_and_keeps_what_was_typed(db: &Db) {
        let it = Fixture::new(db);
        imported(&it).await;
        let router = router(it.app.clone(), site()).expect("the routes");
        let session = it.session(Role::Sales).await;
        let (_, page) = get(&router, &session, "en", EDIT).await;
        let (first, second) = (sent(&page, "Their name"), sent(&page, "My name"));
        let save = |form: &str| form.replace("step=look", "step=save");
        let (status, _) = post(&router, &session, EDIT, EDIT, &save(&first)).await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        let (status, text) = post(&router, &session, EDIT, EDIT, &save(&second)).await;
        assert_eq!(status, StatusCode::CONFLICT);
        assert!(text.contains("Their name") && text.contains("Stadt Beispielstadt"), "{text}");
        assert_eq!(shown(&text, "legal_name"), "My name");
        let again = save(&sent(&text, "My name"));
        let (status, _) = post(&router, &session, EDIT, EDIT, &again).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "the form carries the newest edition now");
    }
}

on_both! {
    async fn forms_and_pages_speak_each_language(db: &Db) {
        let it = Fixture::new(db);
        imported(&it).await;
        let router = router(it.app.clone(), site()).expect("the routes");
        let sales = it.session(Role::Sales).await;
        let admin = it.session(Role::Admin).await;
        for language in ["de", "en", "fr"] {
            for (session, path) in [
                (&sales, EDIT),
                (&sales, "/customers/new"),
                (&sales, "/customers/20001/edit?from=1900-01-01"),
                (&admin, "/settings/seller"),
                (&admin, "/settings/seller/herdbook"),
                (&admin, SELLER),
            ] {
                let (status, text) = get(&router, session, language, path).await;
                assert_eq!(status, StatusCode::OK, "{language} {path}");
                for bad in [">customer-", ">sellers-", "=\"customer-", ">mark-"] {
                    assert!(!text.contains(bad), "{language} {path} {bad}");
                }
            }
        }
        for path in ["/customers/69999/edit", "/customers/x/edit"] {
            let (status, _) = get(&router, &sales, "en", path).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        }
        let (status, _) = get(&router, &admin, "en", "/settings/seller/none").await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    }
}

on_both! {
    async fn a_new_bank_account_is_asked_for_and_waits(db: &Db) {
        let it = Fixture::new(db);
        imported(&it).await;
        let router = router(it.app.clone(), site()).expect("the routes");
        let session = it.session(Role::Admin).await;
        let (_, page) = get(&router, &session, "en", SELLER).await;
        let mut form = format!("made_from={}&step=save", shown(&page, "made_from"));
        for name in [
            "legal_name", "register", "register_number", "website", "address.street",
            "address.post_code", "address.city", "vat_id", "tax_number",
            "bank.holder", "bank.bic", "bank.bank", "contact.name", "contact.phone",
            "contact.email", "endpoint.scheme", "endpoint.id", "valid_from",
        ] {
            let typed = shown(&page, name).replace("&#38;", "&");
            let value: String = form_urlencoded::byte_serialize(typed.as_bytes()).collect();
            form.push_str(&format!("&{name}={value}"));
        }
        form.push_str("&regime=standard&chart=SKR03&directors=A&address.country=DE");
        let wrong = format!("{form}&bank.iban=DE75512108001245126198");
        let (status, text) = post(&router, &session, SELLER, SELLER, &wrong).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(text.contains("<a href=\"#bank.iban\">"), "{text}");
        let right = format!("{form}&bank.iban=DE75512108001245126199");
        let (status, text) = post(&router, &session, SELLER, SELLER, &right).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{text}");
        let (_, text) = get(&router, &session, "en", "/settings/seller/herdbook").await;
        assert!(text.contains("DE75 5121 0800 1245 1261 99"), "{text}");
        assert!(!text.contains("value=\"take\""), "not by whoever proposed it");
        assert!(text.contains("value=\"refuse\""));
        // A second person looks at it, and it is replaced before the button is pressed.
        let other = it.staff("second@example.org", &[Role::Admin]).await;
        let other = other.opened.token.reveal();
        let page = "/settings/seller/herdbook";
        let (_, looked_at) = get(&router, other, "en", page).await;
        let proposal = shown(&looked_at, "proposal");
        let third = format!("{form}&bank.iban=DE89370400440532013000");
        let (status, text) = post(&router, &session, SELLER, SELLER, &third).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{text}");
        let decide = format!("{page}/decide");
        let sent = format!("proposal={proposal}&decision=take");
        let (status, text) = post(&router, other, page, &decide, &sent).await;
        assert_eq!(status, StatusCode::CONFLICT, "{text}");
        assert!(text.contains("DE89 3704 0044 0532 0130 00"), "the new difference is shown: {text}");
        let sent = format!("proposal={}&decision=take", shown(&text, "proposal"));
        let (status, text) = post(&router, other, page, &decide, &sent).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{text}");
    }
}
