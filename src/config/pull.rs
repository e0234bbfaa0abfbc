//! The configuration of what is fetched from instances.

use std::path::PathBuf;

use serde::Deserialize;

use super::Secret;

/// What is fetched.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PullConfig {
    /// Targets; those entered by hand come beside them.
    #[serde(default)]
    pub targets: Vec<TargetConfig>,
}

/// A target.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetConfig {
    /// By what it is called.
    pub name: String,
    /// What is fetched.
    pub kind: String,
    /// Address of the exporter, or of the instance.
    pub url: String,
    /// The instance that it tells of.
    pub instance: String,
    /// When, in UTC.
    pub schedule: String,
    /// Longest time for one answer.
    #[serde(default = "timeout_seconds")]
    pub timeout_seconds: u32,
    /// Longest answer.
    #[serde(default = "limit_bytes")]
    pub limit_bytes: u32,
    /// May it lie in the own network, and be asked without encryption?
    #[serde(default)]
    pub private: bool,
    /// File with the token that it is asked with.
    #[serde(default)]
    pub token_file: Option<PathBuf>,
}

/// Seconds for one answer, unless another limit is given.
pub const fn timeout_seconds() -> u32 {
    20
}

/// Bytes of one answer, unless another limit is given.
pub const fn limit_bytes() -> u32 {
    4_194_304
}

impl TargetConfig {
    /// The token, from its file.
    ///
    /// # Errors
    /// Which file cannot be read, and why.
    pub fn token(&self) -> Result<Option<Secret>, String> {
        let Some(file) = &self.token_file else {
            return Ok(None);
        };
        let read = std::fs::read_to_string(file);
        let read = read.map_err(|why| format!("{}: {why}", file.display()))?;
        Ok(Some(Secret(read.trim().to_owned())))
    }
}
