//! One target is asked, and its answers become requests for the evidence log.

use std::time::Duration;

use chrono::{DateTime, Days, NaiveDate, SecondsFormat, TimeDelta, Utc};

use super::Target;
use crate::telemetry::evidence::Request;
use crate::telemetry::mastodon::figures::{self, Origin};
use crate::telemetry::mastodon::measures;
use crate::telemetry::mastodon::reports::{self, Report};
use crate::telemetry::prometheus_text::SCRAPE_MARK;
use crate::telemetry::pull::client::Client;
use crate::telemetry::pull::{PullError, TargetKind};
use crate::telemetry::{Context, DecodeError, Limits, PayloadKind, decode};

/// Longest time for all answers of one target together: less than the lease of its job.
const WHOLE: Duration = Duration::from_secs(240);
/// Reports filed within this time are looked at again every day; older ones while they are open.
const REPORT_DAYS: i64 = 92;
/// Most pages of 200 reports.
const PAGES: usize = 100;

/// What a target brought.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fetched {
    /// For the evidence log.
    pub requests: Vec<Request>,
    /// Through which day measures are in.
    pub covered: Option<NaiveDate>,
}

/// Asks a target. Nothing is kept of an answer that is not whole and right.
///
/// # Errors
/// [`PullError`].
pub async fn fetch(
    (name, target): (&str, Target),
    at: DateTime<Utc>,
    covered: Option<NaiveDate>,
) -> Result<Fetched, PullError> {
    let Target {
        kind,
        instance,
        reach,
        token,
    } = target;
    let client = Client::new(reach, token)?;
    let asking = Asking {
        client,
        source: format!("pull/{name}"),
        instance,
        at,
    };
    let whole = asking.ask(kind, covered);
    let whole = tokio::time::timeout(WHOLE, whole).await;
    whole.map_err(|_| PullError::Timeout)?
}

struct Asking {
    client: Client,
    source: String,
    instance: String,
    at: DateTime<Utc>,
}

impl Asking {
    async fn ask(
        &self,
        kind: TargetKind,
        covered: Option<NaiveDate>,
    ) -> Result<Fetched, PullError> {
        match kind {
            TargetKind::PrometheusText => self.scrape().await,
            TargetKind::AdminMeasures => self.measures(covered).await,
            TargetKind::AdminDimensions => self.space().await,
            TargetKind::NodeInfo => self.nodeinfo().await,
            TargetKind::Instance => {
                let url = self.client.at("/api/v2/instance")?;
                self.figures(Origin::Instance, &url).await
            }
            TargetKind::Reports => self.reports().await,
        }
    }

    fn request(&self, kind: PayloadKind, bytes: Vec<u8>) -> Request {
        Request {
            source: self.source.clone(),
            instance: Some(self.instance.clone()),
            received_at: self.at,
            kind,
            bytes,
        }
    }

    fn only(&self, kind: PayloadKind, bytes: Vec<u8>) -> Fetched {
        Fetched {
            requests: vec![self.request(kind, bytes)],
            covered: None,
        }
    }

    /// The exporter's text under a first line that says when and where it was read.
    async fn scrape(&self) -> Result<Fetched, PullError> {
        let accept = "text/plain;version=0.0.4;q=1,*/*;q=0.1";
        let answer = self.client.get(self.client.home(), accept).await?;
        let at = self.at.to_rfc3339_opts(SecondsFormat::Micros, true);
        let mark = format!("{SCRAPE_MARK}at={at} instance={}\n", self.instance);
        let mut bytes = mark.into_bytes();
        // A line of ours in somebody else's text would speak of another time or instance.
        let own = SCRAPE_MARK.trim_end().as_bytes();
        for line in answer.body.split_inclusive(|byte| *byte == b'\n') {
            if !line.trim_ascii_start().starts_with(own) {
                bytes.extend_from_slice(line);
            }
        }
        self.checked(PayloadKind::PrometheusText, &bytes)?;
        Ok(self.only(PayloadKind::PrometheusText, bytes))
    }

    /// Refuses what the evidence log would not take, and what speaks for another instance.
    fn checked(&self, kind: PayloadKind, bytes: &[u8]) -> Result<(), PullError> {
        let context = Context {
            instance: Some(&self.instance),
            received_at: self.at,
            limits: Limits::DEFAULT,
        };
        let decoded = decode(kind, bytes, &context)?;
        let mut instances = decoded.series.iter().map(|series| series.key.instance());
        match instances.find(|instance| *instance != self.instance) {
            None => Ok(()),
            Some(other) => Err(PullError::Foreign {
                instance: other.chars().take(80).collect(),
            }),
        }
    }

    /// The days since the last that is in, up to yesterday in UTC: today's figures still change.
    async fn measures(&self, covered: Option<NaiveDate>) -> Result<Fetched, PullError> {
        let yesterday = self.at.date_naive().checked_sub_days(Days::new(1));
        let Some(last) = yesterday else {
            return Ok(Fetched::default());
        };
        let first = covered.and_then(|day| day.succ_opt()).unwrap_or(last);
        let url = self.client.at("/api/v1/admin/measures")?;
        let mut requests = Vec::new();
        for ask in measures::asks(first, last) {
            let answer = self.client.post(&url, &ask.body()).await?;
            ask.check(&answer.body)?;
            self.checked(PayloadKind::AdminMeasures, &answer.body)?;
            requests.push(self.request(PayloadKind::AdminMeasures, answer.body));
        }
        Ok(Fetched {
            requests,
            covered: Some(covered.map_or(last, |covered| covered.max(last))),
        })
    }

    async fn space(&self) -> Result<Fetched, PullError> {
        let url = self.client.at("/api/v1/admin/dimensions")?;
        let day = self.at.date_naive().to_string();
        let ask = serde_json::json!({ "keys": ["space_usage"], "start_at": day, "end_at": day });
        let answer = self.client.post(&url, ask.to_string().as_bytes()).await?;
        let bytes = figures::minimised(Origin::Space, &answer.body, self.at)?;
        Ok(self.only(PayloadKind::MastodonFigures, bytes))
    }

    async fn figures(&self, origin: Origin, url: &reqwest::Url) -> Result<Fetched, PullError> {
        let answer = self.client.get(url, "application/json").await?;
        let bytes = figures::minimised(origin, &answer.body, self.at)?;
        Ok(self.only(PayloadKind::MastodonFigures, bytes))
    }

    /// The discovery document names the address of the figures, on the same host.
    async fn nodeinfo(&self) -> Result<Fetched, PullError> {
        let url = self.client.at("/.well-known/nodeinfo")?;
        let answer = self.client.get(&url, "application/json").await?;
        let found: serde_json::Value =
            serde_json::from_slice(&answer.body).map_err(|error| DecodeError::json(&error))?;
        let links = found["links"].as_array().into_iter().flatten();
        let newest = links
            .filter_map(|link| Some((link["rel"].as_str()?, link["href"].as_str()?)))
            .filter(|(rel, _)| rel.starts_with("http://nodeinfo.diaspora.software/ns/schema/2."))
            .max();
        let Some((_, href)) = newest else {
            return Err(PullError::Answer(DecodeError::Json {
                line: 0,
                column: 0,
                reason: "no link to nodeinfo 2.x".to_owned(),
            }));
        };
        let url = self.client.same_host(&url, href)?;
        self.figures(Origin::NodeInfo, &url).await
    }

    /// Every open report, and those filed lately, reduced before anything of them is kept.
    async fn reports(&self) -> Result<Fetched, PullError> {
        let since = self.at - TimeDelta::days(REPORT_DAYS);
        let mut all = self.listed("/api/v1/admin/reports?limit=200", None).await?;
        let resolved = "/api/v1/admin/reports?resolved=true&limit=200";
        all.extend(self.listed(resolved, Some(since)).await?);
        let parts = reports::minimised_list(all, &Limits::DEFAULT).into_iter();
        let requests = parts.map(|bytes| self.request(PayloadKind::MastodonReports, bytes));
        Ok(Fetched {
            requests: requests.collect(),
            covered: None,
        })
    }

    /// The pages of a list, newest reports first, to its end or past `since`.
    async fn listed(
        &self,
        path: &str,
        since: Option<DateTime<Utc>>,
    ) -> Result<Vec<Report>, PullError> {
        let mut url = self.client.at(path)?;
        let mut all = Vec::new();
        for _ in 0..PAGES {
            let answer = self.client.get(&url, "application/json").await?;
            let page = reports::read_list(&answer.body, &Limits::DEFAULT)?;
            let past = |report: &Report| since.is_some_and(|since| report.created_at < since);
            let ended = page.is_empty() || page.iter().any(past);
            all.extend(page.into_iter().filter(|report| !past(report)));
            match answer.next {
                Some(next) if !ended => url = next,
                _ => return Ok(all),
            }
        }
        Err(PullError::Pages { pages: PAGES })
    }
}
