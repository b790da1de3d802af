using System.Text;
using Foreman.Testing;
using Foreman.UserDeployments.Templates;

namespace Foreman.UserDeployments.Tests.Properties;

/// <summary>Whatever a template says: objects, or reasons that people can be shown.</summary>
[Trait("Kind", "2")]
public sealed class TemplateFuzzTests(ITestOutputHelper output)
{
    private static readonly string[] Templates =
    [
        Given.Template,
        "services: [{name: a, image: b, ports: [80], expose: true, resources: {limits: {memory: 1Gi}}, probes: {liveness: {command: [x]}}}]",
        "parameters: [{name: a, pattern: \"[a-z]+\", default: b}]\nservices:\n  - name: w\n    image: ${param.a}\n    env: {A: \"$${param.a} ${config.greeting}\"}\n",
    ];

    [Fact]
    public void Templates_come_to_objects_or_to_reasons()
    {
        var planned = 0;
        var report = Fuzzer.Run(new FuzzTarget("templates", [.. Templates.Select(Encoding.UTF8.GetBytes)], bytes =>
        {
            var plan = Given.Plan(template: Encoding.UTF8.GetString(bytes));
            Assert.True(plan.Objects.IsEmpty == plan.Refusal is not null, "either objects or a refusal");
            if (plan.Refusal is { } refusal)
            {
                Assert.DoesNotContain(refusal.Message, char.IsControl);
                Assert.InRange(refusal.Message.Length, 1, 20_000);
                return;
            }

            planned++;
            Assert.All(plan.Objects, o => Assert.DoesNotContain("\"privileged\":true", o.Manifest.ToJsonString(), StringComparison.Ordinal));
        })
        { MaxAllocatedBytes = 512L << 20 });

        output.WriteLine($"{report}; {planned} plans");
        Assert.InRange(planned, 1, report.Inputs - 1);
    }

    [Fact]
    public void A_value_is_never_read_as_a_template()
    {
        // Whatever a user gives, it stands in the one argument that it is meant for.
        Fuzzer.Run(new FuzzTarget("values", [.. Templates.Select(Encoding.UTF8.GetBytes), "${param.a}"u8.ToArray(), "\n  privileged: true"u8.ToArray()], bytes =>
        {
            var value = Encoding.UTF8.GetString(bytes);
            var reading = TemplateReader.Read(
                "parameters: [{name: a}]\nservices:\n  - name: w\n    image: x\n    args: [\"<${param.a}>\"]\n", new Dictionary<string, string> { ["a"] = value }, null, allowPrivileged: false);
            if (value.Length > Placeholders.MostText - 2)
            {
                Assert.NotEmpty(reading.Faults);
                return;
            }

            Assert.Empty(reading.Faults);
            Assert.Equal($"<{value}>", Assert.Single(Assert.Single(reading.Services).Args));
        })
        { MaxAllocatedBytes = 512L << 20 });
    }
}
