//! The end of the server: what is under way is finished, within bounds.

use std::io::{Read, Write};
use std::net::TcpStream;

use harness::Place;

use crate::served::{Served, until};

/// A form that is under way: its head and half of its body are sent.
fn half_a_form(served: &Served) -> TcpStream {
    let mut stream = TcpStream::connect(served.address()).expect("a connection");
    let head = format!(
        "POST /sign-in HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-length: 10\r\n\
         content-type: application/x-www-form-urlencoded\r\n\r\nemail",
        served.address()
    );
    stream.write_all(head.as_bytes()).expect("sent");
    // The server is at the body once it has answered somebody who came later.
    let mut later = TcpStream::connect(served.address()).expect("a connection");
    let asked = "GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    later.write_all(asked.as_bytes()).expect("sent");
    let mut answer = String::new();
    later.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    stream
}

#[tokio::test]
async fn a_request_under_way_is_answered_and_no_other_is_taken() {
    let place = Place::sqlite().await;
    let mut served = Served::over(&place, &[]);
    let mut stream = half_a_form(&served);
    served.tell_to_stop();
    until("an end to new connections", || {
        TcpStream::connect(served.address()).err()
    });
    stream.write_all(b"=a%40b").ok();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 "), "{answer}");
    assert!(answer.contains("x-request-id: "), "{answer}");
    assert!(served.ended().success(), "{}", served.logged());
    place.clear().await;
}

#[tokio::test]
async fn a_request_that_never_ends_does_not_keep_the_server() {
    let place = Place::sqlite().await;
    let mut served = Served::over(&place, &[("HERDBOOK_SERVE_DRAIN_SECONDS", "1")]);
    let _stream = half_a_form(&served);
    served.tell_to_stop();
    assert!(served.ended().success(), "{}", served.logged());
    assert!(served.logged().contains("cut off"), "{}", served.logged());
    place.clear().await;
}
