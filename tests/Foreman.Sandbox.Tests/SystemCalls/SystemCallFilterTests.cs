using System.Runtime.InteropServices;
using Foreman.Sandbox.SystemCalls;

namespace Foreman.Sandbox.Tests.SystemCalls;

public class SystemCallFilterTests
{
    private const uint NewUserNamespace = 0x1000_0000;

    [Theory]
    [InlineData(Architecture.X64)]
    [InlineData(Architecture.Arm64)]
    public void Each_forbidden_call_is_refused_on_both_processors(Architecture processor)
    {
        foreach (var call in SystemCallTable.Forbidden)
        {
            if (Number(call, processor) is { } number)
            {
                Assert.Equal((call.Name, SystemCallFilter.Error | SystemCallFilter.NotPermitted), (call.Name, Run(processor, number)));
                Assert.Equal((call.Name, SystemCallFilter.Error | SystemCallFilter.NotPermitted), (call.Name, RunInNamespaces(processor, number)));
            }
        }
    }

    [Theory]
    [InlineData(Architecture.X64)]
    [InlineData(Architecture.Arm64)]
    public void Objects_in_memory_are_refused_only_where_they_are_shared_with_the_host(Architecture processor)
    {
        foreach (var number in SystemCallTable.SharedObjects.Select(c => Number(c, processor)!.Value))
        {
            Assert.Equal(SystemCallFilter.Error | SystemCallFilter.NotPermitted, Run(processor, number));
            Assert.Equal(SystemCallFilter.Allow, RunInNamespaces(processor, number));
        }
    }

    [Theory]
    [InlineData(Architecture.X64, 4)]
    [InlineData(Architecture.Arm64, 2)]
    public void Owners_and_groups_are_changed_only_in_a_tree_of_mounts(Architecture processor, int calls)
    {
        var numbers = SystemCallTable.OfOwners.Select(c => Number(c, processor)).OfType<int>().ToList();
        Assert.Equal(calls, numbers.Count);
        foreach (var number in numbers)
        {
            Assert.Equal(SystemCallFilter.Error | SystemCallFilter.NotPermitted, Run(processor, number));
            Assert.Equal(SystemCallFilter.Allow, RunInNamespaces(processor, number));
        }
    }

    [Theory]
    [InlineData(Architecture.X64)]
    [InlineData(Architecture.Arm64)]
    public void No_call_marks_a_file_set_user_ID_or_set_group_ID(Architecture processor)
    {
        foreach (var (call, mode) in SystemCallTable.OfModes.Where(c => Number(c.Call, processor) is not null))
        {
            Assert.Equal((call.Name, SystemCallFilter.Allow), (call.Name, WithMode(processor, call, mode, 0x1ff)));
            Assert.Equal((call.Name, SystemCallFilter.Allow), (call.Name, WithMode(processor, call, mode, 0x3ff)));
            Assert.Equal((call.Name, SystemCallFilter.Error | SystemCallFilter.NotPermitted), (call.Name, WithMode(processor, call, mode, 0x9ed)));
            Assert.Equal((call.Name, SystemCallFilter.Error | SystemCallFilter.NotPermitted), (call.Name, WithMode(processor, call, mode, 0x5ed)));
        }
    }

    [Theory]
    [InlineData(0x41u, 0x9edu, false)]
    [InlineData(0x41u, 0x5edu, false)]
    [InlineData(0x41_0002u, 0x9edu, false)]
    [InlineData(0x41u, 0x1edu, true)]
    [InlineData(0x1u, 0x9edu, true)]
    public void A_file_is_made_without_these_marks(uint flags, uint mode, bool allowed)
    {
        var expected = allowed ? SystemCallFilter.Allow : SystemCallFilter.Error | SystemCallFilter.NotPermitted;
        Assert.Equal(expected, RunInNamespaces(Architecture.X64, 2, 0, flags, mode));
        Assert.Equal(expected, RunInNamespaces(Architecture.X64, 257, 0, 0, flags, mode));
        Assert.Equal(expected, RunInNamespaces(Architecture.Arm64, 56, 0, 0, flags, mode));
        Assert.Equal(expected, Run(Architecture.X64, 257, 0, 0, flags, fourth: mode));
        Assert.Equal(SystemCallFilter.Error | SystemCallFilter.NoSuchCall, RunInNamespaces(Architecture.X64, 437));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(10, true)]
    [InlineData(16, true)]
    [InlineData(17, false)]
    [InlineData(38, false)]
    [InlineData(40, false)]
    public void In_a_network_of_its_own_a_command_has_the_families_that_belong_to_it(uint family, bool allowed)
    {
        var expected = allowed ? SystemCallFilter.Allow : SystemCallFilter.Error | SystemCallFilter.NoSuchFamily;
        Assert.Equal(expected, RunInNamespaces(Architecture.X64, SystemCallTable.Socket.X64!.Value, family));
        Assert.Equal(expected, RunInNamespaces(Architecture.Arm64, SystemCallTable.Socket.Arm64!.Value, family));
    }

    [Fact]
    public void The_kernel_reads_eight_bytes_of_each_instruction()
    {
        var filter = SystemCallFilter.ForNamespaces(Architecture.X64);

        var bytes = SystemCallFilter.Bytes(filter);

        Assert.Equal(filter.Count * 8, bytes.Length);
        Assert.Equal([0x20, 0, 0, 0, 4, 0, 0, 0, 0x15, 0, 1, 0, 0x3e, 0, 0, 0xc0], bytes[..16]);
        Assert.InRange(filter.Count, 100, 4096);
    }

    [Theory]
    [InlineData(Architecture.X64, new[] { 0, 1, 9, 59, 61, 231, 257, 435 - 1 })]
    [InlineData(Architecture.Arm64, new[] { 63, 64, 222, 221, 260, 94, 56 })]
    public void What_programs_need_is_allowed(Architecture processor, int[] calls)
    {
        Assert.All(calls, call => Assert.Equal(SystemCallFilter.Allow, Run(processor, call)));
    }

    [Theory]
    [InlineData(Architecture.X64)]
    [InlineData(Architecture.Arm64)]
    public void Threads_and_processes_can_be_made_but_no_namespaces(Architecture processor)
    {
        Assert.Equal(SystemCallFilter.Allow, Run(processor, Number(SystemCallTable.Clone, processor)!.Value, 0x003d_0f00));
        Assert.Equal(SystemCallFilter.Error | SystemCallFilter.NotPermitted, Run(processor, Number(SystemCallTable.Clone, processor)!.Value, NewUserNamespace | 17));
        Assert.Equal(SystemCallFilter.Error | SystemCallFilter.NoSuchCall, Run(processor, Number(SystemCallTable.Clone3, processor)!.Value));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(38)]
    [InlineData(40)]
    public void No_family_of_sockets_can_be_opened_but_pairs_of_one_process(uint family)
    {
        Assert.Equal(SystemCallFilter.Error | SystemCallFilter.Denied, Run(Architecture.X64, SystemCallTable.Socket.X64!.Value, family));
        Assert.Equal(
            family == 1 ? SystemCallFilter.Allow : SystemCallFilter.Error | SystemCallFilter.Denied,
            Run(Architecture.X64, SystemCallTable.SocketPair.X64!.Value, family));
    }

    [Fact]
    public void Calls_on_another_process_are_refused_and_on_the_caller_allowed()
    {
        foreach (var call in SystemCallTable.OfOneself)
        {
            Assert.Equal(SystemCallFilter.Allow, Run(Architecture.X64, call.X64!.Value, 0));
            Assert.Equal(SystemCallFilter.Error | SystemCallFilter.NotPermitted, Run(Architecture.X64, call.X64!.Value, 4711));
        }

        Assert.Equal(SystemCallFilter.Allow, Run(Architecture.X64, 141, 0, 0, 5));
        Assert.Equal(SystemCallFilter.Error | SystemCallFilter.NotPermitted, Run(Architecture.X64, 141, 2, 0, 5));
        Assert.Equal(SystemCallFilter.Error | SystemCallFilter.NotPermitted, Run(Architecture.X64, 141, 0, 4711, 5));
    }

    [Theory]
    [InlineData(0x5412u, false)]
    [InlineData(0x541cu, false)]
    [InlineData(0x5401u, true)]
    public void Nothing_can_be_typed_into_a_terminal(uint request, bool allowed)
    {
        Assert.Equal(allowed ? SystemCallFilter.Allow : SystemCallFilter.Error | SystemCallFilter.NotPermitted, Run(Architecture.X64, 16, 1, request));
    }

    [Theory]
    [InlineData(463)]
    [InlineData(700)]
    [InlineData(0x4000_0000 + 101)]
    public void Calls_that_are_newer_or_of_another_kind_are_unknown(int call)
    {
        Assert.Equal(SystemCallFilter.Error | SystemCallFilter.NoSuchCall, Run(Architecture.X64, call));
    }

    [Fact]
    public void Calls_of_another_processor_end_the_process()
    {
        Assert.Equal(SystemCallFilter.Kill, Run(SystemCallFilter.ForLandlock(Architecture.X64, 7), Architecture.X64, 11, [], 0x4000_0003));
    }

    [Fact]
    public void Truncation_is_refused_where_Landlock_does_not_guard_it()
    {
        Assert.Equal(SystemCallFilter.Allow, Run(Architecture.X64, 76));
        Assert.Equal(SystemCallFilter.Error | SystemCallFilter.NotPermitted, Run(Architecture.X64, 76, version: 2));
        Assert.Equal(SystemCallFilter.Error | SystemCallFilter.NotPermitted, Run(Architecture.X64, 257, 0, 0, 0x200, version: 2));
        Assert.Equal(SystemCallFilter.Allow, Run(Architecture.X64, 257, 0, 0, 0x241, version: 2));
        Assert.Equal(SystemCallFilter.Error | SystemCallFilter.NotPermitted, Run(Architecture.X64, 2, 0, 0x8_0200, version: 2));
    }

    [Fact]
    public void Another_processor_has_no_filter()
    {
        Assert.Contains("S390x", Assert.Throws<CageException>(() => SystemCallFilter.ForLandlock(Architecture.S390x, 7)).Message, StringComparison.Ordinal);
    }

    private static int? Number(SystemCallNumber call, Architecture processor) => processor is Architecture.X64 ? call.X64 : call.Arm64;

    private static uint WithMode(Architecture processor, SystemCallNumber call, int argument, uint mode) =>
        RunInNamespaces(processor, Number(call, processor)!.Value, second: argument == 1 ? mode : 0, third: argument == 2 ? mode : 0);

    private static uint Run(
        Architecture processor, int call, uint first = 0, uint second = 0, uint third = 0, uint fourth = 0, int version = 7) =>
        Run(SystemCallFilter.ForLandlock(processor, version), processor, call, [first, second, third, fourth]);

    private static uint RunInNamespaces(Architecture processor, int call, uint first = 0, uint second = 0, uint third = 0, uint fourth = 0) =>
        Run(SystemCallFilter.ForNamespaces(processor), processor, call, [first, second, third, fourth]);

    private static uint Run(IReadOnlyList<FilterInstruction> filter, Architecture processor, int call, uint[] arguments, uint? architecture = null)
    {
        var own = processor is Architecture.X64 ? SystemCallFilter.ArchX64 : SystemCallFilter.ArchArm64;
        var data = new Dictionary<uint, uint> { [0] = (uint)call, [4] = architecture ?? own };
        for (var i = 0u; i < arguments.Length; i++)
        {
            data[16 + (8 * i)] = arguments[i];
        }

        return FilterMachine.Run(filter, data);
    }
}
