import Foundation
import TestSupport
import Testing

/// Nobody knows a password: servers and clients prove who they are with certificates of an own authority.
@Suite(.serialized, .cluster(.hosts()))
struct CertificateTests {
  @Test(.timeLimit(.minutes(4)))
  func aGroupOfCertificatesFailsOverAndRenewsThem() async throws {
    let cluster = try Cluster.ofThisTest
    let authority = CertificateAuthority(host: cluster.monitor.host)
    try await authority.begin()
    for node in [cluster.monitor] + cluster.nodes {
      try await authority.issue(to: node.host, as: "server", name: node.host.name)
      try await authority.issue(to: node.host, as: "keeper", name: "autoctl_node")
      // Where libpq looks for the certificate of a replication connection.
      try await authority.issue(
        to: node.host, as: ".postgresql/postgresql", name: "pgautofailover_replicator")
    }
    let security =
      ["--auth", "cert", "--ssl-ca-file", "root.crt", "--server-cert", "server.crt"]
      + ["--server-key", "server.key", "--ssl-mode", "verify-full", "--pgctl", Paths.pgctl]
    try await cluster.monitor.succeed(["create", "monitor"] + security)
    try await cluster.monitor.startKeeper()
    for node in cluster.nodes {
      let plain = "\(cluster.monitorURI)?sslmode=verify-full&sslrootcert=\(node.host.home)/root.crt"
      let own = "&sslcert=\(node.host.home)/keeper.crt&sslkey=\(node.host.home)/keeper.key"
      let create =
        ["create", "postgres", "--nodename", node.host.name, "--pgdata", node.pgdata] + security
      let refused = try await node.host.run(["pg_autoctl"] + create + ["--monitor", plain])
      #expect(refused.status == ExitCode.monitor, "\(refused.errorOutput)")
      try await node.host.succeed(
        ["pg_autoctl"] + create + ["--monitor", plain + own], limit: .seconds(180))
      try await node.startKeeper()
    }
    try await cluster.settle(primary: cluster.a, standby: cluster.b)
    let whoReplicates =
      "select client_dn from pg_stat_replication join pg_stat_ssl using (pid)"
    #expect(try await cluster.a.sql(whoReplicates) == "/CN=pgautofailover_replicator")

    tell("the primary's host is lost, and comes back")
    try await cluster.a.host.powerOff()
    try await cluster.wait(for: cluster.b, toBe: "wait_primary")
    try await cluster.a.host.powerOn()
    try await cluster.a.startKeeper()
    try await cluster.settle(primary: cluster.b, standby: cluster.a)
    #expect(try await cluster.b.sql(whoReplicates) == "/CN=pgautofailover_replicator")

    tell("certificates are renewed by a reload")
    let timelines = try await cluster.state().map(\.timeline)
    for node in [cluster.monitor] + cluster.nodes {
      let (postmaster, old) = (try node.postmaster, try await authority.shown(by: node))
      try await authority.issue(to: node.host, as: "server", name: node.host.name)
      try await node.succeed(["reload"])
      try await eventually("\(node.host.name) shows the new certificate") {
        let shown = try await authority.shown(by: node)
        guard shown != old else { throw NotYet(shown) }
      }
      #expect(try node.postmaster == postmaster)
    }
    try await cluster.settle(primary: cluster.b, standby: cluster.a)
    #expect(try await cluster.state().map(\.timeline) == timelines)
  }
}

/// An authority of its own, whose files lie on one host.
struct CertificateAuthority {
  let host: VirtualHost

  /// Makes its key and its certificate.
  func begin() async throws {
    try await host.succeed(
      ["openssl", "req", "-x509", "-new", "-nodes", "-newkey", "rsa:2048", "-days", "30"]
        + ["-subj", "/CN=authority", "-keyout", "root.key", "-out", "root.crt"])
  }

  /// Gives a host `FILE.crt` and `FILE.key` in this name, and the authority's own certificate.
  func issue(to other: VirtualHost, as file: String, name: String) async throws {
    try await other.succeed(["mkdir", "-p", ".postgresql"])
    let path = "\(other.home)/\(file)"
    try await host.succeed(
      ["openssl", "req", "-new", "-nodes", "-newkey", "rsa:2048", "-subj", "/CN=\(name)"]
        + ["-keyout", "\(path).key", "-out", "\(path).csr"])
    try await host.succeed(
      ["sh", "-c", #"printf 'subjectAltName=DNS:%s\n' "$0" >"$1.ext""#, name, path])
    try await host.succeed(
      ["openssl", "x509", "-req", "-in", "\(path).csr", "-CA", "root.crt", "-CAkey", "root.key"]
        + ["-CAcreateserial", "-days", "30", "-extfile", "\(path).ext", "-out", "\(path).crt"])
    if host.name != other.name {
      try await host.succeed(["cp", "root.crt", "\(other.home)/root.crt"])
    }
  }

  /// The serial number of the certificate that a server shows.
  func shown(by node: Node) async throws -> String {
    try await host.succeed(
      [
        "sh", "-c",
        """
        openssl s_client -starttls postgres -connect \(node.host.name):5432 </dev/null 2>/dev/null \
          | openssl x509 -noout -serial
        """,
      ]).text
  }
}
