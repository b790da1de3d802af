using System.Text;
using Foreman.Agent.Cli;
using Foreman.Agent.Hosting;
using Foreman.Agent.Identity;
using Foreman.Agent.Sandboxing;
using Foreman.Agent.Tests.Support;
using Foreman.Api;
using Foreman.Probes;
using Foreman.Sandbox;
using Foreman.Testing;

namespace Foreman.Agent.Tests.Sandboxing;

public sealed class HostSandboxTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly RecordingLogger _logger = new();
    private readonly HostState _state = new();
    private readonly HostIdentity _identity;

    public HostSandboxTests() => _identity = HostIdentity.Open(_folder["state"], "1");

    public void Dispose()
    {
        _identity.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Without_a_sandbox_no_command_runs_and_the_node_says_why()
    {
        var sandbox = Sandbox(insecure: false);

        await sandbox.FindAsync([new Broken()], CancellationToken.None);

        Assert.Null(sandbox.Commands.Cage);
        Assert.Contains("Full isolation does not work here: no namespaces today", sandbox.Commands.Fault, StringComparison.Ordinal);
        Assert.Equal((SandboxMode.None, null), (_state.Facts.Sandbox?.Mode, _state.Facts.Sandbox?.Unconfined));
        Assert.False(_state.Facts.Sandbox.RunsCommands());
    }

    [Fact]
    public async Task With_insecure_no_sandbox_commands_run_unconfined_and_the_node_says_so()
    {
        var sandbox = Sandbox(insecure: true);

        await sandbox.FindAsync([new Broken()], CancellationToken.None);

        var cage = Assert.IsType<Cage>(sandbox.Commands.Cage);
        Assert.Equal((CageMode.None, null, true), (cage.Mode, sandbox.Commands.Fault, _state.Facts.Sandbox?.Unconfined));
        Assert.True(_state.Facts.Sandbox.RunsCommands());
        var outside = _folder.Write("outside.txt", "seen");
        var result = await cage.RunAsync(
            new CagePolicy { Workspace = _folder.MakeFolder("work") }, new CageCommand { Program = "/bin/sh", Arguments = ["-c", $"cat {outside}; env | grep -c CANARY; exit 3"] }, CancellationToken.None);
        Assert.Equal((3, "seen0\n"), (result.ExitCode, Encoding.UTF8.GetString(result.Output.Head.Span)));
    }

    [Fact]
    public async Task A_sandbox_that_works_is_used_also_with_insecure_no_sandbox()
    {
        Assert.SkipWhen(Cages.OfHost().Count == 0, "this host has no sandbox to try");
        var sandbox = Sandbox(insecure: true);

        await sandbox.FindAsync(CancellationToken.None);

        Assert.NotEqual(CageMode.None, sandbox.Commands.Cage?.Mode);
        Assert.Null(_state.Facts.Sandbox?.Unconfined);
    }

    private HostSandbox Sandbox(bool insecure) => new(
        new AgentContext(
            new AgentSettings
            {
                Cluster = new ClusterSettings(null, null, "foreman-system", TimeSpan.FromSeconds(1)),
                Node = new NodeSettings { Name = "host-a" },
                Runs = new RunSettings { WorkspaceDir = _folder["runs"], StateDir = _folder["state"], InsecureNoSandbox = insecure },
                Probe = new ProbeOptions(),
                Declared = new DeclaredCapability(),
            },
            new FailingKubernetes(() => new InvalidOperationException("not asked")), _identity, TimeProvider.System, _logger),
        _state);

    private sealed class Broken : ICageLauncher
    {
        public CageMode Mode => CageMode.Full;

        public string? Reason => null;

        public bool EndsWithFirstProcess => true;

        public IReadOnlyList<string> Plan(CagePolicy policy, CageCommand command) => ["/bin/sh", "-c", "echo 'no namespaces today' >&2; exit 1"];
    }
}
