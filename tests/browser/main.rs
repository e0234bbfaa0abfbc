//! The pages in a browser: Chromium by WebDriver, against the program that ships.
//!
//! Not part of an ordinary run (.config/nextest.toml), because they need a browser, axe-core and a
//! demo: `tests/run full browser` installs and makes them. By hand, with chromedriver and pdftotext
//! on the machine:
//!
//!     herdbook demo --no-serve --data-dir D
//!     npm ci --prefix tests/browser
//!     HERDBOOK_DEMO=D HERDBOOK_AXE=tests/browser/node_modules/axe-core/axe.min.js \
//!         cargo nextest run --release --test browser --ignore-default-filter
//!
//! With HERDBOOK_SCREENS=DIR each page is also written there as a picture;
//! HERDBOOK_PAGES=usage,home looks at the pages with such a name alone.

mod audit;
mod chromedriver;
mod driver;
mod everywhere;
mod http;
mod keyboard;
mod lists;
mod pages;
mod passkeys;
mod paying;
mod people;
mod portal;
mod process;
mod prose;
mod run;
mod sign_in;
mod site;
mod sources;
mod visitor;
mod weight;
mod without_script;
