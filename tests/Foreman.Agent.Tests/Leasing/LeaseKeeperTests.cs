using System.Text.Json;
using Foreman.Agent.Cli;
using Foreman.Agent.Hosting;
using Foreman.Agent.Identity;
using Foreman.Agent.Leasing;
using Foreman.Agent.Rights;
using Foreman.Agent.Tests.Support;
using Foreman.Hosting;
using Foreman.Probes;
using Foreman.Testing;
using Microsoft.Extensions.Hosting;

namespace Foreman.Agent.Tests.Leasing;

[Trait("Kind", "1")]
public sealed class LeaseKeeperTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ManualTimeProvider _time = new();
    private readonly RecordingLogger _logger = new();

    public static TheoryData<string> Faults => ["a serializer", "a plugin", "a cancellation of somebody else's"];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task No_fault_of_a_renewal_ends_the_Lease_or_the_agent(string fault)
    {
        var kubernetes = new FailingKubernetes(() => Fault(fault));
        using var identity = HostIdentity.Open(_folder["state"], "1");
        var context = Context(kubernetes, identity);
        using var lease = new NodeLease(context);
        using var lifetime = new Lifetime();
        var outcome = new HostOutcome();
        using var keeper = new LeaseKeeper(context, lease, outcome, lifetime);

        await keeper.StartAsync(CancellationToken.None);
        await _time.AdvanceUntilAsync(() => kubernetes.Calls >= 4, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5), "four tries to renew");

        Assert.Null(outcome.Failure);
        Assert.False(lifetime.ApplicationStopping.IsCancellationRequested);
        await keeper.StopAsync(CancellationToken.None).WaitAsync(TestDeadline.Default);
        Assert.Null(outcome.Failure);
    }

    [Fact]
    public async Task Rights_that_cannot_be_found_out_hold_nothing_up()
    {
        var kubernetes = new FailingKubernetes(() => new JsonException("torn"));
        using var identity = HostIdentity.Open(_folder["state"], "1");
        var state = new HostState();

        await new RightsWatch(Context(kubernetes, identity), state).CheckAsync(CancellationToken.None);

        Assert.Equal(RightsDecision.None, state.Facts.Rights);
        Assert.Contains(_logger.Entries, e => e.Message.Contains("could not be found out", StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    private static Exception Fault(string fault) => fault switch
    {
        "a serializer" => new JsonException("the maximum depth is exceeded"),
        "a plugin" => new InvalidOperationException("no process is associated with this object"),
        _ => new TaskCanceledException("not by us"),
    };

    private AgentContext Context(FailingKubernetes kubernetes, HostIdentity identity) => new(
        new AgentSettings
        {
            Cluster = new ClusterSettings(null, null, "foreman-system", TimeSpan.FromSeconds(1)),
            Node = new NodeSettings { Name = "mac-1", TaskNamespaces = ["team-a"] },
            Runs = new RunSettings { WorkspaceDir = _folder["work"], StateDir = _folder["state"] },
            Probe = new ProbeOptions(),
            Declared = new DeclaredCapability(),
        },
        kubernetes, identity, _time, _logger);

    private sealed class Lifetime : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource _stopping = new();

        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => _stopping.Token;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => _stopping.Cancel();

        public void Dispose() => _stopping.Dispose();
    }
}
