namespace Foreman.Kubernetes.Tests;

public sealed class CredentialTests
{
    [Fact]
    public async Task A_token_that_the_program_supplies_wins_over_others_and_hears_which_one_was_refused()
    {
        var asked = new List<string?>();
        var source = Source(refused =>
        {
            asked.Add(refused);
            return refused is null ? "first" : "second";
        });

        var first = await source.GetAsync(null, CancellationToken.None);
        var second = await source.GetAsync(first, CancellationToken.None);

        Assert.Equal(("Bearer first", "Bearer second"), (first.Authorization, second.Authorization));
        Assert.Equal((string?[])[null, "first"], asked);
    }

    [Fact]
    public async Task The_same_token_is_the_same_credential_so_that_a_refused_call_is_not_sent_again()
    {
        var source = Source(_ => "only");

        var first = await source.GetAsync(null, CancellationToken.None);

        Assert.Equal(first, await source.GetAsync(first, CancellationToken.None));
    }

    private static ICredentialSource Source(Func<string?, string> tokens) => CredentialSources.Of(
        new KubernetesClientConfiguration { Host = new Uri("https://192.0.2.1"), AccessToken = "given", TokenFile = "none", TokenSource = tokens }, TimeProvider.System);
}
