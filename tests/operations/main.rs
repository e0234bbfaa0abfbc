//! The server as whoever runs it sees it: figures, log, traces, health, its end, and its packages.

mod end;
mod figures;
mod logs;
mod packaging;
mod served;
mod traces;
