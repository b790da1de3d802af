using Foreman.Sandbox.Landlock;

namespace Foreman.Sandbox.Tests.Landlock;

public class ProcessTreeTests
{
    [Fact]
    public void Everything_below_a_process_is_found_and_nothing_else()
    {
        (int, int)[] parents = [(1, 0), (2, 1), (10, 2), (11, 10), (12, 11), (20, 1), (21, 20), (13, 10)];

        Assert.Equal([11, 12, 13], ProcessTree.Descendants(parents, 10).Order());
        Assert.Empty(ProcessTree.Descendants(parents, 21));
    }

    [Theory]
    [InlineData("12 (sh) S 4 12 12 0", 4)]
    [InlineData("12 (a) S 99 ) R 4 12 12 0", 4)]
    [InlineData("12 (no end", null)]
    [InlineData("", null)]
    public void The_parent_is_read_whatever_the_program_is_called(string stat, int? parent)
    {
        Assert.Equal(parent, ProcessTree.ParentIn(stat));
    }

    [Theory]
    [InlineData("12 (sh) S 4 12 12 0", false)]
    [InlineData("12 (T T) R 4 12 12 0", false)]
    [InlineData("12 (sh) D 4 12 12 0", false)]
    [InlineData("12 (a) S) T 4 12 12 0", true)]
    [InlineData("12 (sh) Z 4 12 12 0", true)]
    [InlineData("", true)]
    public void A_process_that_has_stopped_is_known(string stat, bool stopped) => Assert.Equal(stopped, ProcessTree.HasStopped(stat));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3 << 8, 3)]
    [InlineData(9, 137)]
    [InlineData(0x80 | 11, 139)]
    public void Ends_are_told_as_shells_tell_them(int status, int code)
    {
        Assert.Equal(code, ProcessTree.ExitCode(status));
    }
}
