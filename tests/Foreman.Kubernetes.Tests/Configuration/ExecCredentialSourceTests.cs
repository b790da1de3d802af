namespace Foreman.Kubernetes.Tests;

public sealed class ExecCredentialSourceTests
{
    /// <summary>Gives a token that counts its runs, and an end so many seconds from the clock's beginning.</summary>
    private const string Counting = """
        n=$(wc -l < "$(dirname "$0")/runs")
        while [ -e "$0.hold" ]; do sleep 0.02; done
        printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t-%s"%s}}' "$((n))" "$END"
        """;

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Many_calls_at_once_run_the_plugin_once()
    {
        using var script = new PluginScript(Counting);
        var credentials = Credentials(script);
        await File.WriteAllTextAsync(script["plugin.sh.hold"], "");

        var calls = Enumerable.Range(0, 20).Select(_ => credentials.GetAsync(null, CancellationToken.None).AsTask()).ToArray();
        File.Delete(script["plugin.sh.hold"]);

        Assert.All(await Task.WhenAll(calls), credential => Assert.Equal("t-1", credential.Token));
        Assert.Equal("t-1", (await credentials.GetAsync(null, CancellationToken.None)).Token);
        Assert.Equal(1, script.Runs);
    }

    [Fact]
    public async Task A_credential_is_kept_until_shortly_before_its_end()
    {
        using var script = new PluginScript(Counting);
        var credentials = Credentials(script, ends: TimeSpan.FromSeconds(100));

        Assert.Equal("t-1", (await credentials.GetAsync(null, CancellationToken.None)).Token);
        _time.Advance(TimeSpan.FromSeconds(89));
        Assert.Equal("t-1", (await credentials.GetAsync(null, CancellationToken.None)).Token);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("t-2", (await credentials.GetAsync(null, CancellationToken.None)).Token);
    }

    [Fact]
    public async Task A_credential_without_an_end_is_kept_until_it_is_refused()
    {
        using var script = new PluginScript(Counting);
        var credentials = Credentials(script);
        var first = await credentials.GetAsync(null, CancellationToken.None);
        _time.Advance(TimeSpan.FromDays(30));
        Assert.Same(first, await credentials.GetAsync(null, CancellationToken.None));

        var second = await credentials.GetAsync(refused: first, CancellationToken.None);

        Assert.Equal("t-2", second.Token);
        Assert.Same(second, await credentials.GetAsync(refused: first, CancellationToken.None));
    }

    [Fact]
    public async Task A_cancelled_call_leaves_the_run_to_the_others()
    {
        using var script = new PluginScript(Counting);
        var credentials = Credentials(script);
        await File.WriteAllTextAsync(script["plugin.sh.hold"], "");
        using var cancel = new CancellationTokenSource();

        var hasty = credentials.GetAsync(null, cancel.Token).AsTask();
        var patient = credentials.GetAsync(null, CancellationToken.None).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hasty);
        File.Delete(script["plugin.sh.hold"]);

        Assert.Equal("t-1", (await patient).Token);
    }

    [Fact]
    public async Task A_run_that_failed_is_tried_again_by_the_next_call()
    {
        using var script = new PluginScript("[ -e \"$0.ok\" ] || exit 1\n" + Counting);
        var credentials = Credentials(script);

        await Assert.ThrowsAsync<KubeConfigException>(() => credentials.GetAsync(null, CancellationToken.None).AsTask());
        await File.WriteAllTextAsync(script["plugin.sh.ok"], "");

        Assert.Equal("t-2", (await credentials.GetAsync(null, CancellationToken.None)).Token);
    }

    private ExecCredentialSource Credentials(PluginScript script, TimeSpan? ends = null)
    {
        var end = ends is { } after ? $",\"expirationTimestamp\":\"{Json.Rfc3339Converter.Format(_time.GetUtcNow() + after)}\"" : "";
        return new(new ExecPlugin(script.Config with { Env = new Dictionary<string, string> { ["END"] = end } }, hasTerminal: () => false), _time);
    }
}
