import Foundation
import Testing

@testable import Autoctl

/// What is sent to a service manager, and when nothing is.
@Suite struct SystemdNotifierTests {
  @Test func whoIsNotAskedTellsNothing() {
    #expect(SystemdNotifier(environment: [:]) == nil)
    #expect(SystemdNotifier(environment: ["NOTIFY_SOCKET": "relative"]) == nil)
    let long = "/" + String(repeating: "x", count: 200)
    #expect(SystemdNotifier(environment: ["NOTIFY_SOCKET": long]) == nil)
  }

  @Test func theWatchdogOfAnotherProcessIsNotOurs() {
    func watchdog(_ variables: [String: String]) -> Duration? {
      SystemdNotifier(
        environment: ["NOTIFY_SOCKET": "/run/x"].merging(variables) { $1 })?.watchdog
    }
    #expect(watchdog(["WATCHDOG_USEC": "60000000"]) == .seconds(60))
    #expect(watchdog(["WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "\(getpid())"]) == .seconds(60))
    #expect(watchdog(["WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "1"]) == nil)
    #expect(watchdog(["WATCHDOG_USEC": "0"]) == nil)
    #expect(watchdog([:]) == nil)
  }

  @Test(arguments: [true, false])
  func linesArriveInOneMessage(inAbstractNamespace isAbstract: Bool) throws {
    let name = "autoctl-notify-\(UUID())"
    let path =
      isAbstract ? "@" + name : FileManager.default.temporaryDirectory.path + "/" + name
    let notifier = try #require(SystemdNotifier(environment: ["NOTIFY_SOCKET": path]))
    #expect(!notifier.tell("READY=1"))
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = isAbstract ? [0] + Array(name.utf8) : Array(path.utf8)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let bound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(2 + bytes.count))
      }
    }
    try #require(bound == 0)
    #expect(notifier.tell("STATUS=secondary", "WATCHDOG=1"))
    var buffer = [UInt8](repeating: 0, count: 200)
    let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
    #expect(
      String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        == "STATUS=secondary\nWATCHDOG=1")
    if !isAbstract { unlink(path) }
  }
}
