using Foreman.Runner.Gates;

namespace Foreman.Runner.Tests.Gates.Languages;

public sealed class RustGateTests
{
    [Fact]
    public void A_package_is_formatted_built_and_tested()
    {
        var plan = GatePlanner.Plan(Given.Tree(("Cargo.toml", "[package]\nname = \"a\"\n"), ("src/lib.rs", "")), null);

        Assert.Equal(["cargo fmt --all --check", "cargo build --all-targets", "cargo test"], plan.Checks.Select(c => c.Command));
        Assert.Equal(["cargo", "cargo-fmt"], plan.Checks[0].Tools.Select(t => t.Name));
    }

    [Fact]
    public void A_workspace_is_checked_whole_as_its_lock_file_says_and_by_clippy_where_it_is_declared()
    {
        var plan = GatePlanner.Plan(Given.Tree(("Cargo.toml", "[workspace]\nmembers = [\"a\"]\n[workspace.lints.clippy]\nall = \"warn\"\n"), ("Cargo.lock", "")), null);

        Assert.Equal(
            ["cargo fmt --all --check", "cargo clippy --workspace --locked --all-targets", "cargo build --workspace --locked --all-targets", "cargo test --workspace --locked"],
            plan.Checks.Select(c => c.Command));
    }
}
