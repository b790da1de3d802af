using System.Collections.Immutable;
using Foreman.Api;

namespace Foreman.Runner.Gates.Languages;

/// <summary>Rust: cargo fmt, build and test; clippy where the repository declares it.</summary>
internal sealed class RustGate : IGateLanguage
{
    private static readonly GateTool Cargo = GateTool.Program("cargo", "install Rust where the sandbox sees it (Debian: cargo)");
    private static readonly GateTool Fmt = GateTool.Program("cargo-fmt", "install rustfmt where the sandbox sees it (Debian: rustfmt)");
    private static readonly GateTool Clippy = GateTool.Program("cargo-clippy", "install clippy where the sandbox sees it (Debian: rust-clippy)");

    public GateLanguage Language => GateLanguage.Rust;

    public TestFiles Tests { get; } = new([".rs"], path => path.Split('/').SkipLast(1).Any(p => p is "tests" or "benches") || RepositoryTree.NameOf(path) is "tests.rs" or "test.rs");

    public ImmutableDictionary<string, string> Environment { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["CARGO_HOME"] = "{cache}/cargo",
        ["CARGO_TARGET_DIR"] = "{cache}/target",
        ["CARGO_TERM_PROGRESS_WHEN"] = "never",
    }.ToImmutableDictionary(StringComparer.Ordinal);

    public string? Root(RepositoryTree tree) => tree.Nearest(BeginsProject);

    public bool BeginsProject(string path) => RepositoryTree.NameOf(path) == "Cargo.toml";

    public IEnumerable<GateCheck> ChecksOf(RepositoryTree tree, string? root, GateProfile? profile)
    {
        var folder = RepositoryTree.FolderOf(root ?? "");
        var declared = tree.Text(root ?? "");
        var all = Declares(declared, "workspace") ? " --workspace" : "";
        var locked = tree.Has(RepositoryTree.Under(folder, "Cargo.lock")) ? " --locked" : "";
        yield return new GateCheck { Name = Checks.Format, Command = "cargo fmt --all --check", Folder = folder, Tools = [Cargo, Fmt], ComparesWithBase = true, Limit = TimeSpan.FromMinutes(5) };
        if (tree.Has(RepositoryTree.Under(folder, "clippy.toml")) || tree.Has(RepositoryTree.Under(folder, ".clippy.toml")) || Declares(declared, "lints.clippy") || Declares(declared, "workspace.lints.clippy"))
        {
            yield return new GateCheck { Name = Checks.Lint, Command = $"cargo clippy{all}{locked} --all-targets", Folder = folder, Tools = [Cargo, Clippy], ComparesWithBase = true };
        }

        yield return new GateCheck { Name = Checks.Build, Command = $"cargo build{all}{locked} --all-targets", Folder = folder, Tools = [Cargo] };
        yield return new GateCheck { Name = Checks.Test, Command = $"cargo test{all}{locked}", Folder = folder, Tools = [Cargo], Limit = TimeSpan.FromMinutes(20) };
    }

    private static bool Declares(string text, string table) => text.Split('\n').Any(l => l.Trim() == $"[{table}]");
}
