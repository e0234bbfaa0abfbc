//! Every route with a parameter: which rows of the other customer it is asked for, by whom it is
//! asked as a control, and what that one gets.

use std::str::FromStr;

use axum::http::Method;
use herdbook::access::Role;

/// Who is asked as a control. Whoever asks as a foreigner, with the same rows and the same form, is
/// a customer with all roles that customers have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The customer whose rows they are.
    Owner,
    /// Somebody of staff.
    Staff(Role),
    /// The administrator, about things of their own. As a foreigner asks somebody of sales.
    Oneself,
    /// Nobody in particular: the route does not ask who somebody is. The foreigner gets the answer
    /// of the row, and the last column says why that tells nothing.
    Anybody,
}

impl FromStr for By {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(match text {
            "owner" => Self::Owner,
            "self" => Self::Oneself,
            "anybody" => Self::Anybody,
            role => Self::Staff(role.parse().map_err(|_| role.to_owned())?),
        })
    }
}

/// A route with what it is asked for.
#[derive(Debug, Clone)]
pub struct Row {
    pub method: Method,
    pub path: &'static str,
    /// What stands for the parameters, by the names under which the place knows them.
    pub with: Vec<&'static str>,
    pub by: By,
    /// The status of the control.
    pub answer: u16,
    /// Of a form, or the body of a call of the API; `@name` stands for what the place knows.
    pub form: &'static str,
}

impl Row {
    fn read(line: &'static str) -> Self {
        let mut columns = line.splitn(6, ' ').map(str::trim);
        let mut next = || columns.next().unwrap_or_default();
        Self {
            method: next().parse().expect("a method"),
            path: next(),
            with: next().split(',').collect(),
            by: next().parse().expect("somebody"),
            answer: next().parse().expect("a status"),
            form: next(),
        }
    }

    pub fn route(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// All rows, in the order in which the controls ask: what a step changes, the next may need.
pub fn rows() -> Vec<Row> {
    let lines = ROWS.lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(Row::read)
        .collect()
}

const ROWS: &str = "\
GET /invoices/{number} invoice finance 200
GET /invoices/{number}/cancel wrong finance 200
POST /invoices/{number}/cancel wrong finance 303 reason=A+slip
GET /runs/{id} run finance 200
POST /runs/{id}/approve run approver 303
POST /runs/{id}/issue run finance 303
POST /runs/{id}/withdraw other-run finance 303
GET /customers/{number}/edit customer sales 200
POST /customers/{number}/edit customer sales 200 step=edit
GET /customers/{number}/webhook customer sales 200
POST /customers/{number}/webhook customer sales 200 url=https%3A%2F%2Falerts.example%2Fhook
GET /customers/{number} customer sales 200
GET /contracts/{number} contract sales 200
GET /usage/{contract} contract sales 200
GET /usage/{contract}/{item} contract,item sales 200
POST /account/tokens/{token}/revoke token self 303
POST /lists/{list}/columns list admin 303 column=number&back=/invoices
POST /lists/{list}/views list admin 303 name=Late&back=/invoices
POST /lists/{list}/views/{id}/remove list,view self 303 back=/invoices
GET /settings/users/{id} user admin 200
POST /settings/users/{id} user admin 303 seen=@seen&name=Renamed&role=finance
POST /settings/users/{id}/invitation invited admin 200
POST /settings/users/{id}/sessions user admin 303 session=@session
GET /audit/{id} record admin 200
POST /jobs/{id}/retry job operations 303
GET /settings/seller/{code} seller admin 200
GET /settings/seller/{code}/edit seller admin 200
POST /settings/seller/{code}/edit seller admin 200 step=edit
POST /settings/seller/{code}/decide seller admin 303 proposal=1
POST /settings/tokens/{token}/revoke other-token admin 303
GET /sources/{name} source operations 200
POST /sources/{name}/exchange source operations 200 newest=@credential&overlap=24&expires=@expires
POST /sources/{name}/revoke source operations 303 credential=@credential
GET /sources/aside/{id} aside operations 200
# What has no meter would be left out again: let in, and told so.
POST /sources/aside/{id}/replay aside operations 422
POST /sources/aside/{id}/dismiss aside operations 303 note=A+test
POST /portal/invoices/{number}/pay invoice owner 200
GET /portal/invoices/{number}/paid invoice owner 200
POST /invoices/{number}/refunds/ask/{payment} invoice,payment finance 303
POST /invoices/{number}/refunds/withdraw/{key} invoice,other-refund finance 303
# The gateway knows of no such payment: let in, and told so.
POST /invoices/{number}/refunds/approve/{key} invoice,refund approver 502
GET /portal/usage/{contract} contract owner 200
GET /portal/usage/{contract}/{item} contract,item owner 200
GET /portal/invoices/{number} invoice owner 200
GET /portal/invoices/{number}/{kind} invoice,kind owner 200
POST /api/v1/sources/{name}/rotate source operations 201 {}
POST /api/v1/sources/{name}/revoke source operations 200 {}
POST /api/v1/quarantine/{id}/replay other-aside operations 409
POST /api/v1/quarantine/{id}/dismiss other-aside operations 200
GET /api/v1/users/{id} user admin 200
GET /api/v1/jobs/{id} job operations 200
GET /api/v1/customers/{number} customer sales 200
PATCH /api/v1/customers/{number} customer sales 200 {\"legal_name\": \"App Store of Examples\"}
GET /api/v1/contracts/{number} contract sales 200
GET /api/v1/contracts/{number}/usage contract owner 200
GET /api/v1/entitlements/{contract}/{key} contract,item owner 200
GET /api/v1/mastodon-hooks/{instance} hook admin 200
POST /api/v1/mastodon-hooks/{instance}/rotate hook admin 200 {}
POST /api/v1/mastodon-hooks/{instance}/settle hook admin 200
POST /api/v1/mastodon-hooks/{instance}/close hook admin 200
GET /api/v1/invoices/{number} invoice owner 200
GET /api/v1/invoices/{number}/documents/{kind} invoice,kind owner 200
GET /api/v1/payments/{id} payment owner 200
GET /api/v1/sellers/{code} seller admin 200
GET /api/v1/sources/{name} source operations 200
GET /api/v1/targets/{name} target operations 200
GET /api/v1/webhooks/{customer} customer sales 200
GET /api/v1/runs/{id} run finance 200
# Nobody approves with a token; the next steps are taken with one.
POST /api/v1/runs/{id}/approve api-run approver 403
POST /api/v1/runs/{id}/issue api-run finance 200
POST /api/v1/runs/{id}/withdraw other-api-run finance 200
GET /setup/{token} guess anybody 401 opened by what only one person was sent
POST /setup/{token} guess anybody 401 as above
GET /invitation/{token} guess anybody 401 as above
POST /invitation/{token} guess anybody 401 as above
GET /portal/sign-in/{token} guess anybody 401 as above
POST /portal/sign-in/{token} guess anybody 401 as above
POST /hooks/mastodon/{instance} hook anybody 401 signed by the instance
GET /back/{number} invoice anybody 200 a step to a page that asks who it is
# The address is signed for one session; documents.rs asks with one.
GET /documents/{number}/{kind} invoice,kind finance 404
GET /why/{code} code owner 303
GET /assets/{folder}/{*name} folder,asset anybody 404 files of the program
";
