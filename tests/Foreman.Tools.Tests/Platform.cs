// Runs work in a workspace on Linux or macOS; so do their tests.
[assembly: System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
