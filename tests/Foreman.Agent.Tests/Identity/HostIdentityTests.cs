using Foreman.Agent.Identity;
using Foreman.Hosting;
using Foreman.Testing;

namespace Foreman.Agent.Tests.Identity;

public sealed class HostIdentityTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void The_host_keeps_its_id_and_every_process_has_a_nonce()
    {
        using (var first = HostIdentity.Open(_folder["state"], "n1"))
        {
            Assert.Equal(first.HostId + "/n1", first.Holder);
        }

        using var second = HostIdentity.Open(_folder["state"], "n2");
        Assert.Matches("^[0-9a-f]{32}/n2$", second.Holder);
        Assert.Equal(second.HostId, File.ReadAllText(_folder["state/host-id"]).Trim());
    }

    [Fact]
    public void A_second_agent_is_refused_while_the_first_lives()
    {
        using var first = HostIdentity.Open(_folder["state"], "n1");

        var refused = Assert.Throws<ExitException>(() => HostIdentity.Open(_folder["state"], "n2"));

        Assert.Equal(75, refused.ExitCode);
        Assert.Contains($"another foreman-agent (process {Environment.ProcessId}) uses {_folder["state"]}", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("../../etc")]
    [InlineData("UPPER-CASE-ID")]
    public void A_spoiled_id_is_bad_configuration_and_frees_the_lock(string text)
    {
        _folder.Write("state/host-id", text);

        var refused = Assert.Throws<ExitException>(() => HostIdentity.Open(_folder["state"], "n1"));

        Assert.Equal(78, refused.ExitCode);
        File.Delete(_folder["state/host-id"]);
        HostIdentity.Open(_folder["state"], "n1").Dispose();
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_bad_configuration_with_the_flag_to_change()
    {
        var file = _folder.Write("file", "");

        var refused = Assert.Throws<ExitException>(() => HostIdentity.Open(Path.Combine(file, "state"), "n1"));

        Assert.Equal(78, refused.ExitCode);
        Assert.Contains("--state-dir", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
