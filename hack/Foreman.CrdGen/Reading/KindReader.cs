using System.Reflection;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Kubernetes.Schema;

namespace Foreman.CrdGen;

/// <summary>Finds the kinds of the API and reads them.</summary>
public static class KindReader
{
    /// <summary>Every kind of Foreman.Api, ordered by the name of its definition.</summary>
    public static IReadOnlyList<KindModel> ReadAll()
    {
        var api = typeof(ApiGroup).Assembly;
        var schemas = new SchemaReader(new Summaries(api, typeof(V1Condition).Assembly));
        return
        [
            .. api.GetTypes()
                .Where(t => t.GetCustomAttribute<CustomResourceAttribute>() is not null)
                .Select(t => Read(t, schemas))
                .OrderBy(k => k.DefinitionName, StringComparer.Ordinal),
        ];
    }

    private static KindModel Read(Type type, SchemaReader schemas) => new()
    {
        Type = (ResourceType)type.GetProperty(nameof(FleetNode.Type), BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!,
        Resource = type.GetCustomAttribute<CustomResourceAttribute>()!,
        Columns = [.. type.GetCustomAttributes<PrinterColumnAttribute>()],
        Schema = schemas.ReadKind(type),
    };
}
