using System.Globalization;
using Foreman.Testing;

namespace Foreman.Probes.Tests.Hardware;

public sealed class LinuxThermalTests : IDisposable
{
    private readonly TempFolder _host = new();

    [Theory]
    [InlineData(40000, "nominal")]
    [InlineData(80000, "fair")]
    [InlineData(95000, "serious")]
    [InlineData(110000, "critical")]
    public void Pressure_is_the_highest_trip_point_reached(int temperature, string word)
    {
        Zone("thermal_zone0", temperature, ("passive", 80000), ("hot", 95000), ("critical", 105000));

        Assert.Equal(word, Read());
    }

    [Fact]
    public void The_worst_zone_counts()
    {
        Zone("thermal_zone0", 30000, ("critical", 105000));
        Zone("thermal_zone1", 90000, ("passive", 85000));

        Assert.Equal("fair", Read());
    }

    [Fact]
    public void Trip_points_that_the_firmware_never_set_are_no_alarm()
    {
        Zone("thermal_zone0", 40000, ("critical", 0), ("hot", -274000));

        Assert.Equal("nominal", Read());
    }

    [Fact]
    public void A_machine_without_sensors_says_nothing() => Assert.Null(Read());

    public void Dispose() => _host.Dispose();

    private string? Read() => LinuxThermal.Read(new HostRoots(_host["proc"], _host["sys"]));

    private void Zone(string name, int temperature, params (string Type, int Temperature)[] trips)
    {
        _host.Write($"sys/class/thermal/{name}/temp", temperature.ToString(CultureInfo.InvariantCulture));
        for (var i = 0; i < trips.Length; i++)
        {
            _host.Write($"sys/class/thermal/{name}/trip_point_{i}_type", trips[i].Type);
            _host.Write($"sys/class/thermal/{name}/trip_point_{i}_temp", trips[i].Temperature.ToString(CultureInfo.InvariantCulture));
        }
    }
}
