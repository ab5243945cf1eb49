"""Tables of customers."""

from customers.models.customers import NOTED, Customer, Gender
from customers.models.stars import Star
from customers.models.tags import Color, CustomerTag, Tag
from customers.models.tool_panels import ToolPanel, ToolPanelAccount, ToolPanelGroup
from customers.models.visits import PageView

__all__ = [
    "NOTED",
    "Color",
    "Customer",
    "CustomerTag",
    "Gender",
    "PageView",
    "Star",
    "Tag",
    "ToolPanel",
    "ToolPanelAccount",
    "ToolPanelGroup",
]
