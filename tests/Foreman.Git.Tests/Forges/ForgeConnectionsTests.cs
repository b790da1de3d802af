using System.Globalization;
using Foreman.Git.Forges;

namespace Foreman.Git.Tests.Forges;

public sealed class ForgeConnectionsTests
{
    [Fact]
    public void One_place_and_token_has_one_connection()
    {
        using var connections = new ForgeConnections();

        var first = Get(connections, new GitCredential("one"));

        Assert.Same(first, Get(connections, new GitCredential("one")));
        Assert.NotSame(first, Get(connections, new GitCredential("two")));
        Assert.NotSame(first, Get(connections, null));
    }

    [Fact]
    public void Tokens_that_were_renewed_do_not_pile_up()
    {
        using var connections = new ForgeConnections();
        var first = Get(connections, new GitCredential("0"));
        var last = first;

        for (var i = 1; i <= 32; i++)
        {
            last = Get(connections, new GitCredential(i.ToString(CultureInfo.InvariantCulture)));
        }

        Assert.Same(last, Get(connections, new GitCredential("32")));
        Assert.NotSame(first, Get(connections, new GitCredential("0")));
    }

    private static IForge Get(ForgeConnections connections, GitCredential? credential) => connections.Get(ForgeEndpoint.GitHubCom, credential, new ForgeOptions(), TimeProvider.System);
}
