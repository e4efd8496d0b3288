using System.Reflection;
using System.Runtime.CompilerServices;
using NUnit.Framework;

namespace Versioning.Tests.Architecture;

/// <summary>What users see stays small, closed and immutable.</summary>
[TestFixture]
internal sealed class PublicTypeTests
{
    private static readonly Assembly Core = typeof(VersionStore).Assembly;

    private static Type[] Public => Core.GetExportedTypes();

    [Test]
    public void PublicTypes_AreFew()
    {
        // Who registers a store sees two more.
        Assert.That(Public.Where(type => type.Namespace!.StartsWith("Versioning", StringComparison.Ordinal)).ToArray(), Has.Length.LessThanOrEqualTo(76));
        Assert.That(Core.GetTypes().Count(type => type.IsInterface), Is.LessThanOrEqualTo(2));
    }

    [Test]
    public void PublicClasses_AreSealedAbstractOrTheBaseOfExceptions() =>
        Assert.That(Public.Where(type => type is { IsClass: true, IsSealed: false, IsAbstract: false }), Is.EqualTo([typeof(VersioningException)]));

    [Test]
    public void InternalClasses_AreSealedAbstractOrBases()
    {
        Type[] types = Core.GetTypes();
        IEnumerable<Type> open = types.Where(type => type is { IsClass: true, IsSealed: false, IsAbstract: false }
            && type.GetCustomAttribute<CompilerGeneratedAttribute>() is null
            && !types.Any(other => other.BaseType == type));
        Assert.That(open, Is.Empty);
    }

    [Test]
    public void PublicStructs_AreReadOnly() =>
        Assert.That(Public.Where(type => type is { IsValueType: true, IsEnum: false }), Has.All.Matches<Type?>(type => type!.IsDefined(typeof(IsReadOnlyAttribute))));

    [Test]
    public void PublicTypes_WithoutBeingOptions_CannotBeChanged()
    {
        IEnumerable<string> changeable =
            from type in Public
            where !type.Name.EndsWith("Options", StringComparison.Ordinal)
            from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            where property.SetMethod is { IsPublic: true } set && !set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit))
            select $"{type.Name}.{property.Name}";
        Assert.That(changeable, Is.Empty);
        Assert.That(Public.Where(type => !type.IsEnum).SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)), Is.Empty);
    }

    [Test]
    public void PublicTypes_LieWhereUsersLook() =>
        Assert.That(Public.Select(type => type.Namespace).Distinct(), Is.SubsetOf(["Versioning", "Versioning.Storage", "Microsoft.Extensions.DependencyInjection"]));
}
