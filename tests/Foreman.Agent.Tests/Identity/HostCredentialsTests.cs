using Foreman.Agent.Identity;
using Foreman.Agent.Tests.Support;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.Agent.Tests.Identity;

public sealed class HostCredentialsTests : IDisposable
{
    private static readonly string First = TokenText.OfHost("mac-1", TimeSpan.FromHours(1), "first");
    private static readonly string Second = TokenText.OfHost("mac-1", TimeSpan.FromHours(1), "second");
    private static readonly string Renewal = TokenText.OfHost("join-1", TimeSpan.FromDays(30), "renewal", "foreman-system");

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_tokens_of_an_enrolled_host_are_the_agents_to_renew()
    {
        var credentials = Credentials(Text(First, Renewal))!;

        Assert.Equal((First, Renewal), (credentials.Token.Value, credentials.Renewal?.Value));
        Assert.Equal(First, credentials.Current(null));
    }

    [Fact]
    public void Those_of_others_are_not()
    {
        Assert.Null(Credentials(Text("opaque", null)));
        Assert.Null(Credentials(Text(TokenText.OfHost("mac-1", TimeSpan.FromHours(1), space: "team"), null)));
    }

    [Fact]
    public void Renewed_tokens_replace_the_old_ones_in_the_file_and_nothing_else()
    {
        var file = Text(First, Renewal) + "# a note of the admin\n";
        var credentials = Credentials(file)!;
        var fresh = TokenText.OfHost("join-1", TimeSpan.FromDays(30), "fresh", "foreman-system");

        Assert.Null(credentials.Replace(HostToken.Read(Second), null));
        Assert.Null(credentials.Replace(null, HostToken.Read(fresh)));

        Assert.Equal(file.Replace(First, Second, StringComparison.Ordinal).Replace(Renewal, fresh, StringComparison.Ordinal), File.ReadAllText(credentials.File));
        Assert.Equal(Second, credentials.Current(null));
    }

    [Fact]
    public void A_file_that_was_replaced_is_read_again_when_the_token_is_refused()
    {
        var credentials = Credentials(Text(First, null))!;
        var refused = 0;
        credentials.Refused += () => refused++;
        _folder.Write("kubeconfig", Text(Second, Renewal));

        Assert.Equal(First, credentials.Current(null));
        Assert.Equal(Second, credentials.Current(First));
        Assert.Equal(Renewal, credentials.Renewal?.Value);
        Assert.Equal(0, refused);
    }

    [Fact]
    public void A_refused_token_without_another_is_told_and_a_half_written_file_changes_nothing()
    {
        var credentials = Credentials(Text(First, null))!;
        var refused = 0;
        credentials.Refused += () => refused++;

        Assert.Equal(First, credentials.Current(First));
        _folder.Write("kubeconfig", "apiVersion: v1\nkind: Con");
        Assert.Equal(First, credentials.Current(First));
        File.Delete(credentials.File);
        Assert.Equal(First, credentials.Current(First));

        Assert.Equal(3, refused);
    }

    [Fact]
    public void A_token_that_is_not_in_use_any_more_is_refused_without_a_word()
    {
        var credentials = Credentials(Text(First, null))!;
        credentials.Refused += () => Assert.Fail("the token in use was not refused");
        credentials.Replace(HostToken.Read(Second), null);

        Assert.Equal(Second, credentials.Current(First));
    }

    [Fact]
    public void A_file_that_cannot_be_written_leaves_the_token_in_memory_and_says_why()
    {
        var credentials = Credentials(Text(First, null))!;
        File.Delete(credentials.File);

        Assert.NotNull(credentials.Replace(HostToken.Read(Second), null));
        Assert.Equal(Second, credentials.Current(null));
    }

    [Fact]
    public void A_file_that_could_not_be_written_gets_the_tokens_of_the_next_renewal_and_its_old_ones_are_not_taken()
    {
        var credentials = Credentials(Text(First, Renewal))!;
        var third = TokenText.OfHost("mac-1", TimeSpan.FromHours(1), "third");
        File.Move(credentials.File, _folder["away"]);
        Assert.NotNull(credentials.Replace(HostToken.Read(Second), null));
        File.Move(_folder["away"], credentials.File);

        Assert.Equal(Second, credentials.Current(Second));
        Assert.Null(credentials.Replace(HostToken.Read(third), null));

        Assert.Equal(Text(third, Renewal), File.ReadAllText(credentials.File));
    }

    [Fact]
    public void A_file_that_was_replaced_is_taken_while_the_token_is_accepted_too_but_not_that_of_another_host()
    {
        var credentials = Credentials(Text(First, null))!;
        _folder.Write("kubeconfig", Text(TokenText.OfHost("mac-2", TimeSpan.FromHours(1)), null));

        credentials.Refresh();
        Assert.Equal((First, First), (credentials.Token.Value, credentials.Current(First)));
        _folder.Write("kubeconfig", Text(Second, Renewal));
        credentials.Refresh();

        Assert.Equal((Second, Renewal), (credentials.Token.Value, credentials.Renewal?.Value));
    }

    private static string Text(string token, string? renewal) => HostKubeconfig.Write(new HostCluster("http://127.0.0.1:1"), "mac-1", token, renewal);

    private HostCredentials? Credentials(string text) =>
        HostCredentials.Of(KubernetesClientConfiguration.BuildConfigFromConfigFile(_folder.Write("kubeconfig", text)), "foreman-system");
}
