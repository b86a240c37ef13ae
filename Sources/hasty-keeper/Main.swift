internal import Autoctl

/// `pg_autoctl` whose keeper does in a second what it does otherwise in 100.
@main
struct Main {
  static func main() async {
    await Program.main { $0.keeperHaste = 100 }
  }
}
