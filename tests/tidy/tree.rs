//! The files of the repository, as git lists them: tracked ones and new ones not ignored.

use std::path::{Path, PathBuf};
use std::process::Command;

/// One text file, its path relative to the root with forward slashes.
pub struct File {
    pub path: String,
    pub text: String,
}

impl File {
    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    pub fn under(&self, folder: &str) -> bool {
        self.path.starts_with(folder)
    }
}

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All text files. Without git (a source archive) the tree is walked instead.
pub fn files() -> Vec<File> {
    let root = root();
    let listed = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(&root)
        .output();
    let mut paths: Vec<String> = match listed {
        Ok(out) if out.status.success() && !out.stdout.is_empty() => {
            String::from_utf8_lossy(&out.stdout)
                .lines()
                .map(str::to_owned)
                .collect()
        }
        _ => walk(&root, &root),
    };
    paths.sort();
    paths.dedup();
    let read = |path: String| {
        let text = std::fs::read_to_string(root.join(&path)).ok()?;
        Some(File { path, text })
    };
    paths.into_iter().filter_map(read).collect()
}

fn walk(root: &Path, folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = entry.path();
        if name == "target" || name == ".git" {
            continue;
        }
        if path.is_dir() {
            out.extend(walk(root, &path));
        } else if let Ok(inside) = path.strip_prefix(root) {
            out.push(inside.to_string_lossy().replace('\\', "/"));
        }
    }
    out
}
