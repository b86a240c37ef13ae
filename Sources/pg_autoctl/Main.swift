internal import Autoctl

@main
struct Main {
  static func main() async {
    await Program.main()
  }
}
