using Foreman.Git;
using Foreman.Runner.Repositories;

namespace Foreman.Runner.Tests.Repositories;

public sealed class RepositoryOptionsTests
{
    private static readonly RepositoryOptions Options = new() { StateFolder = "/nowhere", Fork = Address("https://github.com/Me/Widgets.git") };

    [Fact]
    public void Branches_go_to_the_fork_of_the_repository_that_has_its_name()
    {
        Assert.Equal("Me/Widgets", Options.ForkOf(Address("acme/widgets"))?.FullName);
        Assert.Null(Options.ForkOf(Address("acme/gadgets")));
        Assert.Null(Options.ForkOf(Address("Me/Widgets")));
        Assert.Null(Options.ForkOf(Address("me/widgets")));
        Assert.Null(Options.ForkOf(Address("https://git.example.com/acme/widgets")));
        Assert.Null(Options.ForkOf(RepositoryAddress.Parse("/srv/widgets", AddressRules.Default with { AllowLocal = true })));
        Assert.Null((Options with { Fork = null }).ForkOf(Address("acme/widgets")));
    }

    private static RepositoryAddress Address(string text) => RepositoryAddress.Parse(text, AddressRules.Default);
}
