//! Posts one request over HTTP with the headers of a real delivery, as Zoom would.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::client::conn::http1;
use hyper::header::{CONTENT_TYPE, HOST, USER_AGENT};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::acts::Scripted;
use crate::zoom::{REQUEST_ID_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER};

/// Zoom gives up on an endpoint after this long.
const LIMIT: Duration = Duration::from_secs(3);

/// What came back.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) body: Bytes,
}

/// Posts to `path` at `address`; an error is in words.
pub(super) async fn post(
    address: SocketAddr,
    path: &str,
    request_id: &str,
    scripted: &Scripted,
) -> Result<Reply, String> {
    let exchange = exchange(address, path, request_id, scripted);
    match tokio::time::timeout(LIMIT, exchange).await {
        Ok(Ok(reply)) => Ok(reply),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("no answer within {} s", LIMIT.as_secs())),
    }
}

async fn exchange(
    address: SocketAddr,
    path: &str,
    request_id: &str,
    scripted: &Scripted,
) -> Result<Reply, Box<dyn std::error::Error + Send + Sync>> {
    let stream = TcpStream::connect(address).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let request = Request::post(path)
        .header(HOST, address.to_string())
        .header(USER_AGENT, "Zoom Marketplace/1.0a")
        .header(CONTENT_TYPE, "application/json; charset=utf-8")
        .header(REQUEST_ID_HEADER, request_id)
        .header(TIMESTAMP_HEADER, &scripted.timestamp)
        .header(SIGNATURE_HEADER, &scripted.signature)
        .body(Full::new(Bytes::from(scripted.body.clone())))?;
    let response = sender.send_request(request).await?;
    let status = response.status().as_u16();
    let body = response.into_body().collect().await?.to_bytes();
    connection.abort();
    Ok(Reply { status, body })
}
