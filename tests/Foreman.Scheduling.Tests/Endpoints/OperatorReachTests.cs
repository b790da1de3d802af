namespace Foreman.Scheduling.Tests.Endpoints;

[Trait("Kind", "15")]
public class OperatorReachTests
{
    [Theory]
    [InlineData("http://10.0.0.7:8080", true)]
    [InlineData("https://gpu-1.tailnet.example", true)]
    [InlineData("http://100.64.0.9:11434/v1", true)]
    [InlineData("http://[fd00::7]:8080", true)]
    [InlineData("http://127.0.0.1:8080", false)]
    [InlineData("http://127.9.9.9:8080", false)]
    [InlineData("http://2130706433:8080", false)]
    [InlineData("http://0x7f.1:8080", false)]
    [InlineData("http://[::1]:8080", false)]
    [InlineData("http://[::ffff:127.0.0.1]:8080", false)]
    [InlineData("http://localhost:8080", false)]
    [InlineData("http://a.LOCALHOST.:8080", false)]
    [InlineData("http://169.254.169.254/latest/meta-data", false)]
    [InlineData("http://[::ffff:169.254.169.254]", false)]
    [InlineData("http://[fe80::1%25eth0]:8080", false)]
    [InlineData("http://[fd00:ec2::254]", false)]
    [InlineData("http://100.100.100.200", false)]
    [InlineData("http://metadata.google.internal", false)]
    [InlineData("http://0.0.0.0:8080", false)]
    [InlineData("http://[::]:8080", false)]
    [InlineData("http://224.0.0.1", false)]
    [InlineData("ftp://10.0.0.7", false)]
    public void The_operator_calls_no_address_that_leads_to_its_own_machine_or_cloud(string url, bool may) =>
        Assert.Equal(may, OperatorReach.MayCall(new Uri(url)));
}
