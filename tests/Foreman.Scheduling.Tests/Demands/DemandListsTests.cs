using System.Reflection;
using Foreman.Api;

namespace Foreman.Scheduling.Tests.Demands;

public class DemandListsTests
{
    private readonly DemandLists _lists = new();

    [Fact]
    public void Demands_with_equal_lists_of_their_own_are_equal()
    {
        var (one, other) = (_lists.Share(Full()), _lists.Share(Full()));

        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.NotEqual(Full(), Full());
    }

    [Fact]
    public void The_order_of_a_list_counts_because_a_message_names_the_first()
    {
        var turned = Full() with { Capability = Full().Capability with { Roles = ["worker", "gpu"] } };

        Assert.NotEqual(_lists.Share(Full()), _lists.Share(turned));
    }

    [Fact]
    public void Every_field_of_a_demand_keeps_demands_apart()
    {
        foreach (var property in Settable(typeof(Demand)))
        {
            Assert.True(_lists.Share(Full()) != _lists.Share(Changed(Full(), property)), property.Name);
        }
    }

    [Fact]
    public void Every_field_of_a_capability_keeps_demands_apart()
    {
        foreach (var property in Settable(typeof(RequiredCapability)))
        {
            Assert.True(_lists.Share(Full()) != _lists.Share(Full() with { Capability = Changed(Full().Capability, property) }), property.Name);
        }
    }

    private static Demand Full() => new()
    {
        Namespace = "default",
        Agent = Agent,
        Capability = new()
        {
            Accelerator = RequiredAccelerator.Cuda,
            MinRAMGB = 8,
            MinContextTokens = 4096,
            RequiresModelInstalled = true,
            NodeSelector = new Dictionary<string, string> { ["zone"] = "a" },
            Roles = ["gpu", "worker"],
            MinAcceleratorMemoryGB = 8,
            MinTokensPerSecond = 10,
        },
        CapabilityPath = "spec.requiredCapability",
        WantedModel = "qwen",
        FixedServer = new() { Name = "qwen", Url = "http://gateway:8080" },
        Placement = Placement.Node,
        CommandTools = ["bash"],
        FolderHost = "box",
        HostFiles = [new("n1", "t0", "out")],
    };

    private static readonly Agent Agent = Given.Agent("coder");

    private static IEnumerable<PropertyInfo> Settable(Type type) => type.GetProperties().Where(p => p.CanWrite);

    // What is set is cleared, and a false becomes true.
    private static T Changed<T>(T record, PropertyInfo property) where T : class
    {
        var copy = (T)typeof(T).GetMethod("<Clone>$")!.Invoke(record, null)!;
        object? other = property.PropertyType == typeof(bool) ? !(bool)property.GetValue(record)!
            : property.PropertyType == typeof(string) ? "other"
            : property.PropertyType == typeof(IReadOnlyList<string>) ? Array.Empty<string>()
            : property.PropertyType == typeof(IReadOnlyList<HostFile>) ? Array.Empty<HostFile>()
            : property.PropertyType == typeof(RequiredCapability) ? new RequiredCapability()
            : null;
        property.SetValue(copy, other);
        return copy;
    }
}
