using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Foreman.Kubernetes.Tests.Scenarios;

/// <summary>What a client does when its server says "come back in so many seconds".</summary>
public sealed class RetryAfterTests : IDisposable
{
    private const string Object = """{"metadata":{"name":"a","namespace":"n"}}""";

    private readonly ManualTimeProvider _time = new();
    private readonly Waits _waits = new();
    private readonly ConcurrentQueue<TimeSpan> _calls = new();
    private readonly ScriptedServer _server;
    private Func<int, string?> _retryAfter = _ => null;
    private int _code = 429;

    public RetryAfterTests() => _server = new(_ =>
    {
        _calls.Enqueue(_time.Elapsed);
        return _retryAfter(_calls.Count) is { } wait
            ? new(_code, """{"kind":"Status","message":"too busy"}""") { Headers = new Dictionary<string, string> { ["Retry-After"] = wait } }
            : new(200, Object);
    });

    public static TheoryData<string, int> VerbsAndCodes => new(Verbs.Keys.SelectMany(verb => new[] { (verb, 429), (verb, 503) }));

    private static Dictionary<string, Func<IKubernetes, Task>> Verbs { get; } = new()
    {
        ["read"] = client => client.ReadAsync<V1ConfigMap>("a", "n"),
        ["list"] = client => client.ListAsync<V1ConfigMap>("n"),
        ["watch"] = client => client.WatchAsync<V1ConfigMap>("n", new()).GetAsyncEnumerator().MoveNextAsync().AsTask(),
        ["create"] = client => client.CreateAsync(new V1ConfigMap { Metadata = new() { Name = "a", NamespaceProperty = "n" } }),
        ["replace"] = client => client.ReplaceAsync(new V1ConfigMap { Metadata = new() { Name = "a", NamespaceProperty = "n" } }),
        ["patch"] = client => client.PatchAsync<V1ConfigMap>(V1Patch.Merge([]), "a", "n"),
        ["delete"] = client => client.DeleteAsync<V1ConfigMap>("a", "n"),
        ["log"] = async client => await (await client.OpenPodLogAsync("a", "n")).DisposeAsync(),
        ["token"] = client => client.Dynamic.CreateSubresourceAsync(new(V1ServiceAccount.Type, "a", "n"), "token", []),
    };

    public void Dispose() => _server.Dispose();

    [Theory]
    [MemberData(nameof(VerbsAndCodes))]
    public async Task Every_verb_is_retried_after_Retry_After(string verb, int code)
    {
        _code = code;
        _retryAfter = call => call == 1 ? "30" : null;
        using var client = Client();

        var call = Verbs[verb](client);
        await WaitingAsync(1);
        _time.Advance(TimeSpan.FromSeconds(29.9));
        Assert.False(call.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await call;

        Assert.Equal([TimeSpan.Zero, TimeSpan.FromSeconds(30)], _calls);
    }

    [Fact]
    public async Task Other_calls_of_the_client_wait_as_well()
    {
        _retryAfter = call => call == 1 ? "30" : null;
        using var client = Client();

        var first = Verbs["list"](client);
        await WaitingAsync(1);
        _time.Advance(TimeSpan.FromSeconds(10));
        var second = Verbs["patch"](client);
        await WaitingAsync(2);
        _time.Advance(TimeSpan.FromSeconds(20));
        await Task.WhenAll(first, second);

        Assert.Equal([TimeSpan.Zero, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30)], _calls);
    }

    [Fact]
    public async Task Calls_on_connections_of_their_own_and_those_that_want_the_error_do_not_wait()
    {
        _retryAfter = call => call == 1 ? "30" : null;
        using var client = Client();
        using var dedicated = client.Dedicated();
        var waiting = Verbs["list"](client);
        await WaitingAsync(1);

        await Verbs["read"](dedicated);
        await Verbs["read"](client.With(new() { MaxRetryAfter = TimeSpan.Zero }));

        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(30));
        await waiting;
    }

    [Fact]
    public async Task A_Retry_After_over_the_limit_fails_the_call_and_still_delays_others()
    {
        _retryAfter = _ => "121";
        using var client = Client();

        var told = await Assert.ThrowsAsync<KubernetesException>(() => Verbs["read"](client));
        _time.Advance(TimeSpan.FromSeconds(0.5));
        var kept = await Assert.ThrowsAsync<KubernetesException>(() => Verbs["read"](client));

        Assert.True(told.IsOverloaded);
        Assert.Equal(TimeSpan.FromSeconds(121), told.RetryAfter);
        Assert.Contains("too busy", told.Message, StringComparison.Ordinal);
        Assert.True(kept.IsOverloaded);
        Assert.Equal(TimeSpan.FromSeconds(120.5), kept.RetryAfter);
        Assert.Contains("the server has asked to wait for another 121 s", kept.Message, StringComparison.Ordinal);
        Assert.Single(_calls);
    }

    [Fact]
    public async Task Without_a_Retry_After_budget_the_error_is_immediate()
    {
        _retryAfter = _ => "1";
        using var client = Client();

        var error = await Assert.ThrowsAsync<KubernetesException>(() => Verbs["patch"](client.With(new() { MaxRetryAfter = TimeSpan.Zero })));

        Assert.Equal(TimeSpan.FromSeconds(1), error.RetryAfter);
    }

    [Fact]
    public async Task Waits_of_one_call_add_up()
    {
        _retryAfter = _ => "50";
        using var client = Client();

        var call = Verbs["read"](client);
        await WaitingAsync(1);
        _time.Advance(TimeSpan.FromSeconds(50));
        await WaitingAsync(1, logged: 2);
        _time.Advance(TimeSpan.FromSeconds(50));

        Assert.Equal(TimeSpan.FromSeconds(50), (await Assert.ThrowsAsync<KubernetesException>(() => call)).RetryAfter);
        Assert.Equal(3, _calls.Count);
    }

    [Fact]
    public async Task A_cancelled_call_does_not_wait()
    {
        _retryAfter = _ => "30";
        using var client = Client();
        using var cancel = new CancellationTokenSource();

        var call = client.ReadAsync<V1ConfigMap>("a", "n", cancel.Token);
        await WaitingAsync(1);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task Retry_After_does_not_count_against_the_timeout()
    {
        _retryAfter = call => call == 1 ? "100" : null;
        using var client = Client();

        var call = client.With(new() { Timeout = TimeSpan.FromSeconds(40) }).ReadAsync<V1ConfigMap>("a", "n");
        await WaitingAsync(1);
        _time.Advance(TimeSpan.FromSeconds(100));

        Assert.Equal("a", (await call).Name());
    }

    [Theory]
    [InlineData(500)]
    [InlineData(504)]
    public async Task Other_errors_are_not_repeated_even_if_they_ask_for_it(int code)
    {
        _code = code;
        _retryAfter = _ => "1";
        using var client = Client();

        await Assert.ThrowsAsync<KubernetesException>(() => Verbs["create"](client));

        Assert.Single(_calls);
    }

    private KubernetesClient Client() => _server.Client(new() { Time = _time, Logger = _waits });

    /// <summary>
    /// Until so many calls stand before the gate. A call stops its own clock, says that it waits and then starts the timer,
    /// so a timer after the words is the wait.
    /// </summary>
    private async Task WaitingAsync(int calls, int? logged = null)
    {
        await Eventually.TrueAsync(() => _waits.Count >= (logged ?? calls), "a call that waits");
        await _time.WaitForTimersAsync(calls);
    }

    private sealed class Waits : ILogger
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (formatter(state, exception).StartsWith("The API server asks to wait", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref _count);
            }
        }
    }
}
