//! Words that tell of one machine or one working day: no use to a reader of the project.

use crate::tree::File;

/// Paths of a machine, hosts of package registries, talk about how the work was done. The words
/// are glued together here so that this file passes its own rule.
fn banned() -> Vec<(String, &'static str)> {
    let path = "name a path below the project, or `~/.cache/herdbook`";
    let host = "name the package and its ordinary client (`cargo install`, `apt-get install`)";
    let talk = "say what the project is, not how the work went";
    let glued = |parts: &[&str]| parts.concat();
    vec![
        (glued(&["/ho", "me/"]), path),
        (glued(&["/ro", "ot/"]), path),
        (glued(&["/wo", "rk/"]), path),
        (glued(&["/Us", "ers/"]), path),
        (glued(&["/tm", "p/wt"]), path),
        (glued(&["../sha", "red"]), path),
        (glued(&["arti", "factory"]), host),
        (glued(&["index.crates", ".io"]), host),
        (glued(&["static.crates", ".io"]), host),
        (glued(&["pypi", ".org"]), host),
        (glued(&["registry.npm", "js"]), host),
        (glued(&["deb.deb", "ian.org"]), host),
        (glued(&["this ses", "sion"]), talk),
        (glued(&["previous ses", "sion"]), talk),
        (glued(&["work", "tree add"]), talk),
        (glued(&["clau", "de"]), talk),
        (glued(&["anth", "ropic"]), talk),
        (glued(&["chat", "gpt"]), talk),
    ]
}

/// In documents alone: a temporary folder there is somebody's machine, in code it is a folder.
fn banned_in_documents() -> Vec<(String, &'static str)> {
    vec![(
        ["/tm", "p/"].concat(),
        "write D or a path below the project",
    )]
}

pub fn findings(file: &File) -> Vec<String> {
    if file.path.ends_with(".lock") || file.under("docs/evidence/") {
        return Vec::new();
    }
    let mut words = banned();
    if file.path.ends_with(".md") {
        words.extend(banned_in_documents());
    }
    let mut out = Vec::new();
    for (n, line) in file.text.lines().enumerate() {
        // A path is written in one way only: an address of ours may differ from it by case.
        let folded = line.to_lowercase();
        let stands = |(word, _): &&(String, &str)| match word.starts_with('/') {
            true => line.contains(word),
            false => folded.contains(&word.to_lowercase()),
        };
        for (word, instead) in words.iter().filter(stands) {
            let line_no = n + 1;
            out.push(format!(
                "{}:{line_no}: `{word}` has no place here: {instead}",
                file.path
            ));
        }
    }
    out
}

#[test]
fn every_banned_word_is_found() {
    let all = banned().into_iter().chain(banned_in_documents());
    for (word, _) in all {
        let file = File {
            path: "docs/A.md".to_owned(),
            text: format!("see {word}x\n"),
        };
        assert!(!findings(&file).is_empty(), "{word}");
    }
}
