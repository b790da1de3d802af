using Foreman.Testing;

namespace Foreman.Probes.Tests.Hardware;

public sealed class CgroupLimitTests : IDisposable
{
    private readonly TempFolder _host = new();

    [Fact]
    public void The_limit_of_a_group_above_holds_too()
    {
        Groups("0::/user.slice/agent.service");
        _host.Write("sys/fs/cgroup/user.slice/memory.max", "4294967296");
        _host.Write("sys/fs/cgroup/user.slice/agent.service/memory.max", "max");

        Assert.Equal(4 * Units.GiB, Read());
    }

    [Fact]
    public void The_smallest_limit_on_the_way_counts()
    {
        Groups("0::/a/b");
        _host.Write("sys/fs/cgroup/a/memory.max", "4294967296");
        _host.Write("sys/fs/cgroup/a/b/memory.max", "2147483648");

        Assert.Equal(2 * Units.GiB, Read());
    }

    [Fact]
    public void A_container_that_sees_its_own_group_as_the_root_has_its_limit_there()
    {
        Groups("0::/kubepods/burstable/podx");
        _host.Write("sys/fs/cgroup/memory.max", "1073741824");

        Assert.Equal(Units.GiB, Read());
    }

    [Fact]
    public void A_hybrid_host_has_its_limit_in_the_version_1_controller()
    {
        Groups("9:name=systemd:/\n4:cpu,memory:/agents/one\n0::/");
        _host.Write("sys/fs/cgroup/memory/agents/one/memory.limit_in_bytes", "536870912");
        _host.Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712");

        Assert.Equal(Units.GiB / 2, Read());
    }

    [Fact]
    public void Without_a_limit_there_is_none()
    {
        Groups("4:memory:/x\n0::/x");
        _host.Write("sys/fs/cgroup/memory/x/memory.limit_in_bytes", "9223372036854771712");
        _host.Write("sys/fs/cgroup/x/memory.max", "max");

        Assert.Null(Read());
    }

    [Fact]
    public void A_path_that_leaves_the_mount_is_not_followed()
    {
        Groups("0::/../../elsewhere");
        _host.Write("sys/elsewhere/memory.max", "1");

        Assert.Null(Read());
    }

    public void Dispose() => _host.Dispose();

    private void Groups(string text) => _host.Write("proc/self/cgroup", text);

    private long? Read() => CgroupLimit.Read(new HostRoots(_host["proc"], _host["sys"]));
}
