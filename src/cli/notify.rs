//! Word to the service manager: ready, and about to stop (sd_notify(3)).

use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};

/// Tells the manager that started the program, where one did and wants to know. Silence is no
/// failure: a server runs without a manager.
pub(super) fn tell(state: &str) {
    let Some(place) = std::env::var_os("NOTIFY_SOCKET") else {
        return;
    };
    if let Err(why) = send(&place, state) {
        tracing::warn!("the service manager cannot be told {state}: {why}");
    }
}

fn send(place: &std::ffi::OsStr, state: &str) -> std::io::Result<()> {
    let socket = UnixDatagram::unbound()?;
    // A name that begins with @ is none in the file system.
    let address = match place.as_encoded_bytes().strip_prefix(b"@") {
        Some(name) => SocketAddr::from_abstract_name(name)?,
        None => SocketAddr::from_pathname(place)?,
    };
    socket.connect_addr(&address)?;
    socket.send(state.as_bytes()).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manager_hears_what_is_sent() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("notify");
        let manager = UnixDatagram::bind(&place).unwrap();
        send(place.as_os_str(), "READY=1").unwrap();
        let mut heard = [0; 32];
        let long = manager.recv(&mut heard).unwrap();
        assert_eq!(&heard[..long], b"READY=1");
    }
}
