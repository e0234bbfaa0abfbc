//! What pages load: one style sheet, one script, the fonts and the mark. All of it is compiled in;
//! the folder carries the hash of its content, so that a browser keeps it for a year and a new
//! version is seen at once.

use std::io::Write;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;

/// The one style sheet, in the order in which its parts build on each other.
const STYLE: &str = concat!(
    include_str!("assets/css/tokens.css"),
    include_str!("assets/css/elements.css"),
    include_str!("assets/css/frame.css"),
    include_str!("assets/css/forms.css"),
    include_str!("assets/css/tables.css"),
    include_str!("assets/css/record.css"),
    include_str!("assets/css/why.css"),
    include_str!("assets/css/charts.css"),
    include_str!("assets/css/public.css"),
    include_str!("assets/css/reader.css"),
    include_str!("assets/css/narrow.css"),
    include_str!("assets/css/usage.css"),
    include_str!("assets/css/print.css"),
);

type File = (&'static str, &'static str, &'static [u8]);

/// Name, media type, content. The mark is that of the documents; the fonts are cut from theirs.
static FILES: [File; 9] = [
    ("herdbook.css", "text/css; charset=utf-8", STYLE.as_bytes()),
    (
        "herdbook.js",
        "text/javascript; charset=utf-8",
        include_bytes!("assets/herdbook.js"),
    ),
    (
        "passkeys.js",
        "text/javascript; charset=utf-8",
        include_bytes!("assets/passkeys.js"),
    ),
    (
        "htmx.min.js",
        "text/javascript; charset=utf-8",
        include_bytes!("assets/vendor/htmx.min.js"),
    ),
    (
        "logo.svg",
        "image/svg+xml",
        include_bytes!("../../invoice-templates/logo.svg"),
    ),
    (
        "chevron.svg",
        "image/svg+xml",
        include_bytes!("assets/chevron.svg"),
    ),
    (
        "fonts/Inter-Regular.woff2",
        "font/woff2",
        include_bytes!("assets/fonts/Inter-Regular.woff2"),
    ),
    (
        "fonts/Inter-Medium.woff2",
        "font/woff2",
        include_bytes!("assets/fonts/Inter-Medium.woff2"),
    ),
    (
        "fonts/Inter-SemiBold.woff2",
        "font/woff2",
        include_bytes!("assets/fonts/Inter-SemiBold.woff2"),
    ),
];

static FOLDER: LazyLock<String> = LazyLock::new(|| {
    let mut all = ring::digest::Context::new(&ring::digest::SHA256);
    for (_, _, content) in FILES {
        all.update(content);
    }
    let hash = crate::db::sha256_hex(all.finish().as_ref());
    format!("/assets/{}", &hash[..16])
});

/// The folder as pages name it, without a slash at the end.
pub(super) fn folder() -> &'static str {
    &FOLDER
}

/// The files as gzip, made when each is first asked for.
static PACKED: [LazyLock<Vec<u8>>; FILES.len()] = [
    LazyLock::new(|| pack(0)),
    LazyLock::new(|| pack(1)),
    LazyLock::new(|| pack(2)),
    LazyLock::new(|| pack(3)),
    LazyLock::new(|| pack(4)),
    LazyLock::new(|| pack(5)),
    LazyLock::new(|| pack(6)),
    LazyLock::new(|| pack(7)),
    LazyLock::new(|| pack(8)),
];

fn pack(at: usize) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    // Writing into memory does not fail; an empty file would show at once.
    let _ = packed.write_all(FILES[at].2);
    packed.finish().unwrap_or_default()
}

/// Does the browser read gzip? `gzip;q=0` says that it does not (RFC 9110, section 12.5.3).
fn reads_gzip(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(header::ACCEPT_ENCODING).iter();
    let named = lines.filter_map(|line| line.to_str().ok());
    named.flat_map(|line| line.split(',')).any(|one| {
        let (name, weight) = one.split_once(';').unwrap_or((one, "q=1"));
        let weight = weight.trim().trim_start_matches("q=");
        let never = weight.chars().all(|sign| matches!(sign, '0' | '.'));
        matches!(name.trim(), "gzip" | "*") && !never
    })
}

/// A file of the folder; another folder's file of the same name is an older version's and gone.
pub(super) async fn file(
    Path((folder, name)): Path<(String, String)>,
    asked: HeaderMap,
) -> Response {
    let own = self::folder().ends_with(&folder);
    let found = FILES.iter().position(|(known, ..)| *known == name);
    let Some(at) = found.filter(|_| own) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let (_, media_type, content) = FILES[at];
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::VARY, "accept-encoding"),
    ];
    if reads_gzip(&asked) {
        let encoding = [(header::CONTENT_ENCODING, "gzip")];
        return (headers, encoding, PACKED[at].as_slice()).into_response();
    }
    (headers, content).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_load_nothing_from_elsewhere() {
        for (name, _, content) in FILES {
            let Ok(text) = std::str::from_utf8(content) else {
                continue;
            };
            let foreign = text.match_indices("://").filter(|(at, _)| {
                !text[..*at].ends_with("http") || !text[*at..].starts_with("://www.w3.org")
            });
            assert_eq!(foreign.count(), 0, "{name}");
            assert!(!text.contains("@import"), "{name}");
        }
    }

    /// What a first page loads; the rest of 150 kB is for the page itself.
    #[test]
    fn a_first_page_is_small() {
        let sent: usize = PACKED.iter().map(|packed| packed.len()).sum();
        assert!(sent < 115_000, "{sent} bytes");
    }

    #[test]
    fn a_browser_gets_what_it_reads() {
        for (line, expected) in [
            ("gzip, deflate, br", true),
            ("br;q=1.0, gzip;q=0.5", true),
            ("*", true),
            ("gzip;q=0", false),
            ("br", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, line.parse().unwrap());
            assert_eq!(reads_gzip(&headers), expected, "{line}");
        }
        assert!(!reads_gzip(&HeaderMap::new()));
    }
}
