using Foreman.Testing;

namespace Foreman.Probes.Tests.Hardware;

public sealed class LinuxPowerTests : IDisposable
{
    private readonly TempFolder _host = new();

    [Theory]
    [InlineData("Discharging", true)]
    [InlineData("Charging", false)]
    [InlineData("Full", false)]
    public void A_laptop_is_on_battery_while_it_discharges(string status, bool expected)
    {
        Supply("BAT0", "Battery", status, scope: null);
        Supply("AC", "Mains", null, scope: null);

        Assert.Equal(expected, OnBattery());
    }

    [Fact]
    public void The_battery_of_a_mouse_does_not_count()
    {
        Supply("hidpp_battery_0", "Battery", "Discharging", scope: "Device");

        Assert.False(OnBattery());
    }

    [Fact]
    public void A_server_without_batteries_is_not_on_battery() => Assert.False(OnBattery());

    public void Dispose() => _host.Dispose();

    private bool OnBattery() => LinuxPower.OnBattery(new HostRoots(_host["proc"], _host["sys"]));

    private void Supply(string name, string type, string? status, string? scope)
    {
        _host.Write($"sys/class/power_supply/{name}/type", type + "\n");
        if (status is not null)
        {
            _host.Write($"sys/class/power_supply/{name}/status", status + "\n");
        }

        if (scope is not null)
        {
            _host.Write($"sys/class/power_supply/{name}/scope", scope + "\n");
        }
    }
}
