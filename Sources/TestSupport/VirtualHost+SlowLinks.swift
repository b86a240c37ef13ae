extension VirtualHost {
  /// What this host sends to another one arrives so much later, and no faster than so many bytes a
  /// second; the other direction is as it was. The program `slow_link` must be installed on the
  /// network. The kernels of some machines can do so by themselves (netem), others cannot.
  public func slowTraffic(
    to other: VirtualHost, milliseconds: Int, bytesPerSecond: Int
  ) async throws {
    let device = "slow" + (other.address.split(separator: ".").last ?? "")
    _ = try await start(
      device, ["slow_link", device, "eth0", "\(milliseconds)", "\(bytesPerSecond)"], asRoot: true)
    try await eventually("\(device) to be there", within: .seconds(5)) {
      try await succeed(["ip", "link", "set", device, "up"], asRoot: true)
    }
    try await succeed(
      ["ip", "route", "replace", "\(other.address)/32", "dev", device, "src", address],
      asRoot: true)
  }

  /// What it sends to anybody is as fast as it was.
  public func stopSlowingTraffic() async throws {
    // Without its program a device is gone, and the routes into it with it. There may be none.
    _ = try await run(["pkill", "-KILL", "-x", "slow_link"], asRoot: true)
  }
}
