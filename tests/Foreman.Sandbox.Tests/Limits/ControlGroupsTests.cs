namespace Foreman.Sandbox.Tests.Limits;

[Trait("Kind", "4")]
public sealed class ControlGroupsTests
{
    [Fact]
    public void A_bound_of_memory_holds_with_swap_too()
    {
        var groups = ControlGroups.Find();
        Assert.SkipUnless(groups.BoundsMemory, "this process may make no control groups that bound memory");

        var made = groups.Make(new CageLimits { MaxMemoryBytes = 256 << 20 });
        try
        {
            var bounds = made.Paths.SelectMany(Directory.EnumerateFiles)
                .Where(f => Path.GetFileName(f) is "memory.swap.max" or "memory.memsw.limit_in_bytes")
                .Select(f => (Path.GetFileName(f), File.ReadAllText(f).Trim())).ToList();
            Assert.SkipWhen(bounds.Count == 0, "this kernel does not count swap by control group");
            Assert.All(bounds, b => Assert.Equal(b.Item1 == "memory.swap.max" ? "0" : "268435456", b.Item2));
        }
        finally
        {
            made.Remove();
        }
    }
}
