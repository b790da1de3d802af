using Foreman.UserDeployments.Templates;

namespace Foreman.UserDeployments.Tests.Templates;

public sealed class TemplateReaderTests
{
    [Fact]
    public void A_template_is_read_with_its_values()
    {
        var reading = Read(Given.Template, new() { ["replicas"] = "3" }, new() { ["greeting"] = "hi" });

        Assert.Empty(reading.Faults);
        Assert.Equal(["web", "db"], reading.Services.Select(s => s.Name));
        var web = reading.Services[0];
        Assert.Equal(("registry.example.com/shop:1", 3, true, "hi"), (web.Image, web.Replicas, web.Expose, web.Env["GREETING"]));
        Assert.Equal([8080, 9090], web.Ports.AsEnumerable());
        Assert.Equal(("/ready", 8080), (web.Probes["readiness"].Path, web.Probes["readiness"].Port));
        Assert.Equal(new TemplateVolume("data", "/data"), Assert.Single(reading.Services[1].Volumes));
    }

    [Fact]
    public void U02_Every_fault_is_told_at_once_with_its_line_and_key()
    {
        var reading = Read("""
            services:
              - name: Web
                image: a b
                port: [80]
              - image: x
                replicas: many
                ports: [80, 80]
            """);

        Assert.Empty(reading.Services);
        Assert.Contains("line 2, services[0].name: `Web` is not a name of lower-case letters, digits and inner dashes, at most 40", reading.Faults);
        Assert.Contains("line 3, services[0].image: `a b` is not an image", reading.Faults);
        Assert.Contains(reading.Faults, f => f.StartsWith("line 4, services[0].port: there is no such key; there are args, command,", StringComparison.Ordinal));
        Assert.Contains("line 5, services[1].name: it is missing: a name of lower-case letters, digits and inner dashes, at most 40", reading.Faults);
        Assert.Contains("line 6, services[1].replicas: `many` is not a whole number from 0 to 100", reading.Faults);
        Assert.Contains("line 7, services[1].ports: a port stands there twice", reading.Faults);
        Assert.Equal(6, reading.Faults.Length);
    }

    [Theory]
    [InlineData("services: [", "line ")]
    [InlineData("- a", "line ")]
    [InlineData("", "line ")]
    [InlineData("services: []", "line 1, services: it is no list of 1 to 50 services")]
    [InlineData("services: {}", "line 1, services: it is no list of up to 200 items")]
    [InlineData("services: [a]", "line 1, services[0]: it is no map of keys and values")]
    [InlineData("a: 1", "line 1, services: it is no list of 1 to 50 services")]
    public void What_is_no_template_is_refused(string text, string begins) => Assert.StartsWith(begins, Read(text).Faults[0], StringComparison.Ordinal);

    [Fact]
    public void A_template_that_is_too_long_is_not_looked_at() =>
        Assert.Equal(["the template is longer than 262144 characters"], Read(new('a', 262_145)).Faults.AsEnumerable());

    [Fact]
    public void Parameters_are_held_to_their_patterns_and_needed_ones_must_be_there()
    {
        const string text = """
            parameters:
              - name: size
                required: true
              - name: color
                default: red
                pattern: red|blue
              - name: odd
                pattern: "("
              - name: huge
                pattern: a{1000}
            services:
              - {name: a, image: b}
            """;

        var faults = Read(text, new() { ["color"] = "blues", ["flavour"] = "x" }).Faults;

        Assert.Contains("line 3, parameters[0].required: spec.parameters has no size", faults);
        Assert.Contains("line 6, parameters[1].pattern: the value of color, `blues`, does not match it", faults);
        Assert.Contains(faults, f => f.StartsWith("line 8, parameters[2].pattern: it can't be read:", StringComparison.Ordinal));
        Assert.Contains(faults, f => f.StartsWith("line 10, parameters[3].pattern: `a{1000}` is not a pattern", StringComparison.Ordinal));
        Assert.Contains("line 1, parameters: spec.parameters has flavour, which the template does not have", faults);
        Assert.Equal(5, faults.Length);
    }

    [Fact]
    public void A_value_that_looks_like_yaml_stays_a_text()
    {
        var reading = Read(
            """
            parameters: [{name: image}]
            services:
              - name: a
                image: x
                args:
                  - ${param.image}
            """,
            new() { ["image"] = "x\n    privileged: true\n" });

        Assert.Empty(reading.Faults);
        Assert.Equal("x\n    privileged: true\n", Assert.Single(Assert.Single(reading.Services).Args));
        Assert.False(reading.Services[0].Privileged);
    }

    [Theory]
    [InlineData("privileged: true")]
    [InlineData("hostNetwork: true")]
    [InlineData("volumes: [{name: a, mountPath: /a, hostPath: /etc}]")]
    public void What_pod_security_would_refuse_needs_the_operators_leave(string line)
    {
        var text = $"services:\n  - name: a\n    image: x\n    {line}\n";

        Assert.Contains("Pod Security restricted", Assert.Single(Read(text).Faults), StringComparison.Ordinal);
        var allowed = TemplateReader.Read(text, null, null, allowPrivileged: true);
        Assert.Empty(allowed.Faults);
        Assert.True(Assert.Single(allowed.Services).IsOpen);
    }

    [Theory]
    [InlineData("volumes: [{name: a, mountPath: a}]", "`a` is not an absolute path")]
    [InlineData("volumes: [{name: a, mountPath: /a/../b}]", "is not an absolute path")]
    [InlineData("volumes: [{name: a, mountPath: /a}, {name: a, mountPath: /a}]", "the volume a stands there twice")]
    [InlineData("resources: {requests: {memory: lots}}", "`memory: lots` is not a resource and a quantity")]
    [InlineData("probes: {liveness: {path: /x}}", "it is missing, and the service has none")]
    [InlineData("securityContext: {}", "there is no such key")]
    [InlineData("env: {1A: x}", "`1A: x` is not an environment variable")]
    public void Parts_of_a_service_are_strict(string line, string fault) =>
        Assert.Contains(fault, Read($"services:\n  - name: a\n    image: x\n    {line}\n").Faults[0], StringComparison.Ordinal);

    private static TemplateReading Read(string text, Dictionary<string, string>? parameters = null, Dictionary<string, string>? config = null) =>
        TemplateReader.Read(text, parameters, config, allowPrivileged: false);
}
